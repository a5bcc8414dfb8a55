// One IFC file opened and meshed by one peer: `node ifc.mjs TOOL FILE`, run in the folder of the
// installed packages. Prints one line of JSON. Starting Node and compiling WASM are not timed.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const [tool, file] = process.argv.slice(2);
const here = join(process.cwd(), "index.js");
const require = createRequire(here);
const folder = (name) => join(process.cwd(), "node_modules", ...name.split("/"));

// WASM packages made for browsers fetch their module
const fetched = globalThis.fetch;
globalThis.fetch = async (what, options) => {
  const url = new URL(what instanceof Request ? what.url : what);
  if (url.protocol !== "file:") return fetched(what, options);
  return new Response(readFileSync(url), { headers: { "content-type": "application/wasm" } });
};

const peers = {
  async "web-ifc"() {
    const { IfcAPI } = require("web-ifc");
    const api = new IfcAPI();
    await api.Init();
    return (bytes) => {
      const model = api.OpenModel(bytes);
      const kept = new Map();
      let shown = 0;
      let triangles = 0;
      api.StreamAllMeshes(model, (mesh) => {
        for (let i = 0; i < mesh.geometries.size(); i++) {
          const id = mesh.geometries.get(i).geometryExpressID;
          if (!kept.has(id)) {
            const geometry = api.GetGeometry(model, id);
            const vertices = api.GetVertexArray(geometry.GetVertexData(), geometry.GetVertexDataSize()).slice();
            const indices = api.GetIndexArray(geometry.GetIndexData(), geometry.GetIndexDataSize()).slice();
            geometry.delete();
            kept.set(id, [vertices, indices]);
            triangles += indices.length / 3;
          }
        }
        shown++;
      });
      return { shown, unique: kept.size, triangles };
    };
  },
  async "@ifc-lite/geometry"() {
    const url = pathToFileURL(join(folder("@ifc-lite/geometry"), "dist", "index.js"));
    const { GeometryProcessor } = await import(url);
    const processor = new GeometryProcessor();
    await processor.init();
    return async (bytes) => {
      const result = await processor.process(bytes);
      const triangles = result.meshes.reduce((sum, mesh) => sum + mesh.indices.length / 3, 0);
      return { shown: new Set(result.meshes.map((mesh) => mesh.expressId)).size, triangles };
    };
  },
  async "@thatopen/fragments"() {
    const { IfcImporter } = require("@thatopen/fragments");
    const importer = new IfcImporter();
    importer.wasm = { path: folder("web-ifc") + "/", absolute: true };
    return async (bytes) => {
      const fragments = await importer.process({ bytes });
      return { bytes: fragments.byteLength };
    };
  },
};

// what libraries say goes to stderr: the answer is the only line of stdout
for (const name of ["log", "info", "debug", "warn"]) console[name] = console.error;
const run = await peers[tool]();
const bytes = new Uint8Array(readFileSync(file));
const processor = process.cpuUsage();
const started = performance.now();
const counts = await run(bytes);
const wall_s = (performance.now() - started) / 1000;
const used = process.cpuUsage(processor);
// resourceUsage() would count what the parent had when it forked
const rss_mb = Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1024;
const answer = { wall_s, cpu_s: (used.user + used.system) / 1e6, rss_mb, ...counts };
process.stdout.write(JSON.stringify(answer) + "\n", () => process.exit(0));
