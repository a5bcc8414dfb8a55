/** Where a building model stands and where it is proposed to stand. Not a layer of the city. */
import { PLACING_COLOURS } from '../palette.js';

const is = (kind) => ['==', ['get', 'kind'], kind];

export const placing = {
  code: 'plc', collection: null, group: 'none', shown: true, source: 'placing', always: true,
  labels: ({ p }) => [
    { id: 'plc-fill', type: 'fill', filter: is('proposed'), paint: { 'fill-color': PLACING_COLOURS.proposed, 'fill-opacity': 0.28 }, opacity: 0.28 },
    ...[['plc-halo-stated', 'stated'], ['plc-halo-proposed', 'proposed']].map(([id, kind]) => (
      { id, type: 'line', filter: is(kind), layout: { 'line-join': 'round' }, paint: { 'line-color': p.halo, 'line-width': 6 }, opacity: 0.8 })),
    { id: 'plc-stated', type: 'line', filter: is('stated'), layout: { 'line-join': 'round' }, paint: { 'line-color': PLACING_COLOURS.stated, 'line-width': 3, 'line-dasharray': [2.2, 1.4] } },
    { id: 'plc-proposed', type: 'line', filter: is('proposed'), layout: { 'line-join': 'round' }, paint: { 'line-color': PLACING_COLOURS.proposed, 'line-width': 3 } },
  ],
};
