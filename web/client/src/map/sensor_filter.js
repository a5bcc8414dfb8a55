/**
 * Which sensors are marked. Those inside buildings crowd the view: they show near by, or when their
 * building (and floor) is chosen; what is urgent always shows.
 */
const URGENT = ['alarm', 'attention'];
/** From here on all of them; from further away only what is urgent. */
export const SENSORS_FROM_ZOOM = 15.8;

/** @param {{id: number} | null} building @param {number | null} floor @returns {any[]} filters of the map */
export function sensorFilter(building, floor) {
  const outside = ['==', ['get', 'floor_no'], 0];
  const urgent = ['match', ['get', 'state'], URGENT, true, false];
  if (!building) return [['any', outside, urgent]];
  const own = ['==', ['get', 'building_id'], building.id];
  const there = floor === null ? own : ['all', own, ['==', ['get', 'floor_no'], floor]];
  return [['any', ['all', outside, ['!', own]], urgent, there]];
}

/** The same rule for one row. @param {any} row @param {{id: number} | null} building @param {number | null} floor @param {number} zoom */
export function marksSensor(row, building, floor, zoom) {
  if (URGENT.includes(row.state)) return true;
  if (zoom < SENSORS_FROM_ZOOM) return false;
  if (building === null || row.building_id !== building.id) return !row.floor_no;
  return floor === null || row.floor_no === floor;
}
