/** Things to find on the spot: hydrants, fire stations, public places, hazards, poles. */
import { BOLD, REGULAR, ink, name } from './text.js';

export const hydrant = {
  code: 'hyd', collection: 'hydrant', group: 'fire', shown: true, source: 'place', picks: ['hyd', 'hyd-far'],
  legend: () => [
    { shape: 'icon', icon: 'hydrant', key: 'legend.hydrant.usable' },
    { shape: 'icon', icon: 'hydrant-low', key: 'legend.hydrant.weak' },
    { shape: 'icon', icon: 'hydrant-broken', key: 'legend.hydrant.broken' },
  ],
  symbols: ({ hydrantIcon }) => [
    {
      id: 'hyd-far', type: 'circle', 'source-layer': 'hydrant', minzoom: 15.4, maxzoom: 16.5,
      paint: { 'circle-radius': 2.4, 'circle-color': '#c8342b', 'circle-stroke-color': '#ffffff', 'circle-stroke-width': 1 },
    },
    {
      id: 'hyd', type: 'symbol', 'source-layer': 'hydrant', minzoom: 16.5,
      layout: {
        'icon-image': hydrantIcon, 'icon-allow-overlap': true,
        'icon-size': ['interpolate', ['linear'], ['zoom'], 16.5, 0.6, 18, 0.95],
      },
      paint: {},
    },
  ],
};

export const fireStation = {
  code: 'fst', collection: 'fire_station', group: 'fire', shown: true, source: 'place', picks: ['fst'],
  legend: () => [{ shape: 'icon', icon: 'station', key: 'layer.fst' }],
  symbols: ({ p, lang }) => [
    {
      id: 'fst', type: 'symbol', 'source-layer': 'fire_station',
      filter: ['any', ['!=', ['get', 'kind'], 'micro'], ['>=', ['zoom'], 16]],
      layout: {
        'icon-image': 'station', 'icon-allow-overlap': true, 'icon-size': ['interpolate', ['linear'], ['zoom'], 12, 0.7, 16, 1],
        'text-field': ['step', ['zoom'], '', 13, name(lang)], 'text-font': BOLD, 'text-size': 11.5, 'text-offset': [0, 1.5],
        'text-anchor': 'top', 'text-optional': true,
      },
      paint: ink(p.alarmText, p.halo, 1.6),
    },
  ],
};

export const facility = {
  code: 'fac', collection: 'facility', group: 'place', shown: true, source: 'place', picks: ['fac'],
  legend: () => [{ shape: 'icon', icon: 'facility', key: 'layer.fac' }],
  symbols: ({ p, lang }) => [
    {
      id: 'fac', type: 'symbol', 'source-layer': 'facility', minzoom: 14.6,
      filter: ['any', ['>=', ['zoom'], 16], ['match', ['get', 'kind'], ['hospital', 'metro'], true, false]],
      layout: {
        'icon-image': ['coalesce', ['image', ['concat', 'facility-', ['get', 'kind']]], ['image', 'facility']],
        'icon-size': ['interpolate', ['linear'], ['zoom'], 14, 0.7, 17, 1], 'icon-padding': 6,
        'text-field': ['step', ['zoom'], '', 15.5, name(lang)], 'text-font': REGULAR, 'text-size': 11, 'text-offset': [0, 1.2],
        'text-anchor': 'top', 'text-optional': true, 'text-max-width': 8,
      },
      paint: ink(p.label, p.halo),
    },
  ],
};

export const hazard = {
  code: 'haz', collection: 'hazard', group: 'fire', shown: false, source: 'place', picks: ['haz'],
  legend: () => [{ shape: 'icon', icon: 'hazard', key: 'layer.haz' }],
  symbols: ({ p, lang }) => [
    {
      id: 'haz', type: 'symbol', 'source-layer': 'hazard', minzoom: 13,
      layout: {
        'icon-image': 'hazard', 'icon-allow-overlap': true, 'text-field': ['step', ['zoom'], '', 15.5, name(lang)],
        'text-font': REGULAR, 'text-size': 11, 'text-offset': [0, 1.3], 'text-anchor': 'top', 'text-optional': true,
      },
      paint: ink(p.label, p.halo),
    },
  ],
};

export const pole = {
  code: 'pol', collection: 'pole', group: 'live', shown: false, source: 'place', picks: ['pol'],
  legend: ({ p }) => [{ shape: 'dot', colour: p.label, key: 'layer.pol' }],
  symbols: ({ p }) => [
    {
      id: 'pol', type: 'circle', 'source-layer': 'pole', minzoom: 15,
      paint: { 'circle-radius': 3, 'circle-color': p.label, 'circle-stroke-color': p.halo, 'circle-stroke-width': 1.5 },
    },
  ],
};
