// node validate.mjs FILE.glb...: one JSON line a file: what the Khronos validator counts, and the
// CRC of every meshopt view as the codec's own decoder unpacks it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { MeshoptDecoder } from "meshoptimizer/decoder";

const validator = createRequire(import.meta.url)("gltf-validator");
await MeshoptDecoder.ready;

for (const path of process.argv.slice(2)) {
  const data = new Uint8Array(readFileSync(path));
  const report = await validator.validateBytes(data, { maxIssues: 0, format: "glb" });
  const length = new DataView(data.buffer, data.byteOffset).getUint32(12, true);
  const document = JSON.parse(new TextDecoder().decode(data.subarray(20, 20 + length)));
  const body = data.subarray(28 + length);
  const views = {};
  (document.bufferViews ?? []).forEach((view, number) => {
    const said = view.extensions?.EXT_meshopt_compression;
    if (!said) return;
    const unpacked = new Uint8Array(said.count * said.byteStride);
    const packed = body.subarray(said.byteOffset, said.byteOffset + said.byteLength);
    MeshoptDecoder.decodeGltfBuffer(unpacked, said.count, said.byteStride, packed, said.mode, "NONE");
    views[number] = crc32(unpacked);
  });
  const messages = report.issues.messages.filter((m) => m.severity < 2);
  console.log(
    JSON.stringify({ path, errors: report.issues.numErrors, warnings: report.issues.numWarnings, messages, views }),
  );
}

// node:zlib has had one only since Node 22
function crc32(bytes) {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return (crc ^ -1) >>> 0;
}
