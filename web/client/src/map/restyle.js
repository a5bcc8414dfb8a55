/**
 * Bring the map's layers from one description to another by the fewest changes.
 *
 * The set of layers and their order never change, only paint, layout, filter and
 * zoom range do, so nothing is torn down and no tile is asked for twice.
 */

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/**
 * @param {import('maplibre-gl').Map} map
 * @param {any[]} before @param {any[]} after
 * @returns {number} properties changed
 */
export function restyle(map, before, after) {
  const old = new Map(before.map((layer) => [layer.id, layer]));
  let changes = 0;
  for (const layer of after) {
    const was = old.get(layer.id);
    if (!was) continue;
    changes += group(was.paint, layer.paint, (key, value) => map.setPaintProperty(layer.id, key, value));
    changes += group(was.layout, layer.layout, (key, value) => map.setLayoutProperty(layer.id, key, value));
    if (!same(was.filter, layer.filter)) {
      map.setFilter(layer.id, layer.filter ?? null);
      changes += 1;
    }
    if (was.minzoom !== layer.minzoom || was.maxzoom !== layer.maxzoom) {
      map.setLayerZoomRange(layer.id, layer.minzoom ?? 0, layer.maxzoom ?? 24);
      changes += 1;
    }
  }
  return changes;
}

function group(was, now, apply) {
  let changes = 0;
  for (const key of new Set([...Object.keys(was ?? {}), ...Object.keys(now ?? {})])) {
    if (same(was?.[key], now?.[key])) continue;
    apply(key, now?.[key]);
    changes += 1;
  }
  return changes;
}
