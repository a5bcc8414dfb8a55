declare const APP_VERSION: string;
declare const SCENE_VERSION: string;
interface Window { __lh?: any }
