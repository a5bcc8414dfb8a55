/** The building the 3D tools are about, as the record says it. */
import { app } from '../../element.js';
import { value } from '../../selection.js';

/** @returns {{id: number, lon: number, lat: number, low_m: number, high_m: number, reach_m: number, height_m: number | null} | null} heights in those of the city; reach: half the diagonal of its box on the plan */
export function subject() {
  const building = app.selection.dossier?.building;
  if (!building || !Number.isFinite(building.lon)) return null;
  const number = (v) => (typeof v === 'number' && Number.isFinite(v) ? v : null);
  const storeys = app.selection.dossier.storeys ?? [];
  const ground = number(value(building, 'elev_base_m')) ?? 0;
  const height_m = number(value(building, 'height_m'));
  const lowest = Math.min(ground, ...storeys.map((s) => number(s.elev_m) ?? ground));
  const [west, south, east, north] = building.bbox ?? [building.lon, building.lat, building.lon, building.lat];
  const rad = Math.PI / 180;
  const reach_m = 0.5 * Math.hypot((east - west) * 111_320 * Math.cos(building.lat * rad), (north - south) * 111_320);
  return { id: Number(building.id), lon: building.lon, lat: building.lat, low_m: lowest, high_m: ground + (height_m ?? 30) + 2, reach_m: Math.max(10, reach_m), height_m };
}
