declare const APP_VERSION: string;
interface Window { __lh?: any }
