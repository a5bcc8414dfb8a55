// Bundles the page into web/static/. Deterministic: the same sources and lock file give the same bytes.
import { build } from 'esbuild';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, '..', 'static');
const modules = join(here, 'node_modules');
const version = JSON.parse(await readFile(join(here, 'package.json'), 'utf8')).version;

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
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
  legalComments: 'linked',
  define: { APP_VERSION: JSON.stringify(version) },
});
// MapLibre looks for its worker beside the bundle it runs from.
await copyFile(join(modules, 'maplibre-gl', 'dist', 'maplibre-gl-worker.mjs'), join(out, 'maplibre-gl-worker.mjs'));
await copyFile(join(here, 'src', 'icon.svg'), join(out, 'icon.svg'));
// Compressed once here, so that the server only picks a file.
for (const name of await readdir(out)) {
  if (/\.(js|mjs|css)$/.test(name)) await writeFile(join(out, `${name}.gz`), gzipSync(await readFile(join(out, name)), { level: 9 }));
}
