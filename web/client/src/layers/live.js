/** What moves: sensors by state, incidents, warnings. */
import { SENSORS_FROM_ZOOM } from '../map/sensor_filter.js';
import { STATES } from '../palette.js';
import { BOLD, ink } from './text.js';

const URGENT = ['match', ['get', 'state'], ['alarm', 'attention'], true, false];

export const sensor = {
  code: 'sen', collection: 'sensor', group: 'live', shown: true, source: 'sensor', picks: ['sen', 'sen-urgent'],
  legend: () => STATES.filter((s) => s !== 'unknown').map((state) => ({ shape: 'icon', icon: `sensor-${state}`, key: `state.${state}` })),
  symbols: ({ sensorFilter }) => {
    const shared = {
      type: 'symbol', source: 'sensor',
      layout: {
        'icon-image': ['concat', 'sensor-', ['get', 'state']], 'icon-allow-overlap': true, 'icon-ignore-placement': true,
        'icon-size': ['interpolate', ['linear'], ['zoom'], 14, 0.45, 16, 0.5, 17.5, 0.75, 19, 1],
        'symbol-sort-key': ['-', 0, ['coalesce', ['get', 'rank'], 0]],
      },
      paint: {},
    };
    return [
      { id: 'sen', ...shared, minzoom: SENSORS_FROM_ZOOM, filter: ['all', ['!', URGENT], ...sensorFilter] },
      { id: 'sen-urgent', ...shared, filter: ['all', URGENT, ...sensorFilter] },
    ];
  },
};

export const incident = {
  code: 'inc', collection: 'incident', group: 'live', shown: true, source: 'incident', picks: ['inc'],
  legend: () => [{ shape: 'icon', icon: 'incident', key: 'layer.inc' }],
  symbols: ({ p }) => [
    {
      id: 'inc-ring', type: 'circle', source: 'incident',
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 11, 14, 17, 30], 'circle-color': '#d3302f', 'circle-opacity': 0.14,
        'circle-stroke-color': '#d3302f', 'circle-stroke-width': 1.5, 'circle-stroke-opacity': 0.7, 'circle-pitch-alignment': 'map',
      },
      opacity: 0.14,
    },
    {
      id: 'inc', type: 'symbol', source: 'incident',
      layout: {
        'icon-image': ['coalesce', ['image', ['concat', 'incident-', ['get', 'type']]], ['image', 'incident']],
        'icon-allow-overlap': true, 'icon-ignore-placement': true,
        'text-field': ['step', ['zoom'], '', 13, ['get', 'title']], 'text-font': BOLD, 'text-size': 12, 'text-offset': [0, 1.7],
        'text-anchor': 'top', 'text-optional': true, 'text-max-width': 10,
      },
      paint: ink(p.alarmText, p.halo, 1.8),
    },
  ],
};

export const alert = {
  code: 'alr', collection: 'alert', group: 'live', shown: true, source: 'alert', picks: ['alr'],
  legend: () => [{ shape: 'outline', colour: '#c07a00', key: 'layer.alr' }],
  layers: () => [
    { id: 'alr', type: 'fill', 'source-layer': 'alert', paint: { 'fill-color': '#e8a33d', 'fill-opacity': 0.16 }, opacity: 0.16 },
    { id: 'alr-edge', type: 'line', 'source-layer': 'alert', paint: { 'line-color': '#c07a00', 'line-width': 2, 'line-dasharray': [2, 1.5] } },
  ],
};
