// Bundles the page into web/static/. Deterministic: the same sources and lock file give the same bytes.
import { build } from 'esbuild';
import { copyFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, '..', 'static');
const modules = join(here, 'node_modules');
const version = JSON.parse(await readFile(join(here, 'package.json'), 'utf8')).version;

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
// The 3D city is a bundle of its own, fetched when it is first wanted.
await build({
  entryPoints: { scene: join(here, 'src', 'scene', 'scene.js') },
  outdir: out,
  absWorkingDir: here,
  bundle: true,
  format: 'esm',
  minify: true,
  target: ['es2022'],
  legalComments: 'linked',
});
const sceneVersion = createHash('sha256').update(await readFile(join(out, 'scene.js'))).digest('hex').slice(0, 12);
for (const folder of ['Assets', 'ThirdParty', 'Workers']) {
  await cp(join(modules, 'cesium', 'Build', 'Cesium', folder), join(out, 'cesium', folder), { recursive: true });
}
await build({
  entryPoints: {
    app: join(here, 'src', 'main.js'),
    style: join(here, 'src', 'css', 'index.css'),
    report: join(here, 'src', 'css', 'report.css'),
  },
  outdir: out,
  absWorkingDir: here,
  bundle: true,
  format: 'esm',
  minify: true,
  sourcemap: false,
  target: ['es2022'],
  external: ['/static/*'],
  legalComments: 'linked',
  define: { APP_VERSION: JSON.stringify(version), SCENE_VERSION: JSON.stringify(sceneVersion) },
});
// MapLibre looks for its worker beside the bundle it runs from.
await copyFile(join(modules, 'maplibre-gl', 'dist', 'maplibre-gl-worker.mjs'), join(out, 'maplibre-gl-worker.mjs'));
await copyFile(join(here, 'src', 'icon.svg'), join(out, 'icon.svg'));
// Compressed once here, so that the server only picks a file.
for (const name of await readdir(out, { recursive: true })) {
  if (/\.(js|mjs|css)$/.test(name)) await writeFile(join(out, `${name}.gz`), gzipSync(await readFile(join(out, name)), { level: 9 }));
}
