/** Which building the tools are about: the selected one, or the one the selected thing is in. */

/** @param {import('../scene.js').Scene} scene @returns {number | null} */
export function focusOf(scene) {
  const { selection } = scene.parts;
  const id = selection.building?.id ?? selection.feature?.properties?.building_id ?? null;
  return id === null ? null : Number(id);
}

/** Tilesets of the building the tools are about. @param {import('../scene.js').Scene} scene */
export function focused(scene) {
  const id = focusOf(scene);
  return id === null ? [] : scene.tilesets.entries.filter((entry) => entry.building === id);
}
