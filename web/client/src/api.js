/**
 * Every request of the page.
 *
 * A failed request throws `ApiError` with the server's own words (RFC 9457), so
 * that a panel can show what is wrong instead of staying blank.
 */

export class ApiError extends Error {
  /** @param {number} status @param {string} title @param {string} detail */
  constructor(status, title, detail) {
    super(detail || title);
    this.status = status;
    this.title = title;
  }
}

/** @param {string} path @param {RequestInit} [options] */
async function request(path, options) {
  let response;
  try {
    response = await fetch(path, { headers: { Accept: 'application/json' }, ...options });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new ApiError(0, 'offline', '');
  }
  if (response.ok) return response.status === 204 ? null : response.json();
  const problem = await response.json().catch(() => ({}));
  throw new ApiError(response.status, problem.title ?? response.statusText, problem.detail ?? '');
}

const query = (params) => {
  const entries = Object.entries(params).filter(([, v]) => v !== null && v !== undefined && v !== '');
  return entries.length ? `?${new URLSearchParams(Object.fromEntries(entries.map(([k, v]) => [k, String(v)])))}` : '';
};

const get = (path, params = {}, signal = undefined) => request(path + query(params), { signal });

const post = (path, body, headers = {}) =>
  request(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json', ...headers },
    body: JSON.stringify(body),
  });

const part = encodeURIComponent;

/**
 * All features of a collection in a box, as of a moment; `more` when there are more than the pages hold.
 * @param {string} collection @param {number[]} box west, south, east, north @param {string | null} asOf @param {number} limit of a page @param {number} pages
 */
async function inBox(collection, box, asOf, limit, pages) {
  /** @type {any[]} */
  const features = [];
  let next = `/api/collections/${part(collection)}/items${query({ bbox: box.map((n) => n.toFixed(7)).join(','), limit, datetime: asOf })}`;
  for (let page = 0; page < pages && next; page += 1) {
    const answer = await request(next);
    features.push(...answer.features);
    const link = answer.links.find(({ rel }) => rel === 'next');
    next = link ? `${new URL(link.href).pathname}${new URL(link.href).search}` : '';
  }
  return { features, more: Boolean(next) };
}

/** Address of an answer, for a link. @param {string} path @param {Record<string, any>} [params] */
export const linked = (path, params = {}) => path + query(params);

export const api = {
  inBox,
  layers: () => get('/api/layers'),
  codes: () => get('/api/codes'),
  tilesets: () => get('/3dtiles/'),
  pointClouds: () => get('/api/pointclouds'),
  coverages: () => get('/api/coverages'),
  search: (q, lang, signal) => get('/api/search', { q, lang, limit: 10 }, signal),
  item: (collection, id, signal, datetime = null) => get(`/api/collections/${part(collection)}/items/${part(id)}`, { datetime }, signal),
  items: (collection, params, signal) => get(`/api/collections/${part(collection)}/items`, params, signal),
  dossier: (code, signal, datetime = null) => get(`/api/buildings/${part(code)}/dossier`, { datetime }, signal),
  storey: (code, floor, datetime = null) => get(`/api/buildings/${part(code)}/storeys/${floor}`, { datetime }),
  object: (id, signal, datetime = null) => get(`/api/objects/${part(id)}`, { datetime }, signal),
  modelTree: (id, datetime = null) => get(`/api/models/${part(id)}/tree`, { datetime }),
  modelObjects: (id, params, signal) => get(`/api/models/${part(id)}/objects`, params, signal),
  modelAttributes: (id, datetime = null) => get(`/api/models/${part(id)}/attributes`, { datetime }),
  modelValues: (id, of, signal, datetime = null) => get(`/api/models/${part(id)}/values`, { of, datetime }, signal),
  modelVersions: (id, signal) => get(`/api/models/${part(id)}/versions`, {}, signal),
  modelChanges: (id, params, signal) => get(`/api/models/${part(id)}/changes`, params, signal),
  placing: (number, signal) => get(`/api/placings/${part(number)}`, {}, signal),
  modelSection: (id, params, signal) => get(`/api/models/${part(id)}/section`, params, signal),
  citySection: (params, signal) => get('/api/section', params, signal),
  modelChecks: (id, signal, datetime = null) => get(`/api/models/${part(id)}/checks`, { limit: 10000, datetime }, signal),
  hydrants: (lon, lat, datetime = null) => get('/api/hydrants/nearest', { lon, lat, limit: 5, datetime }),
  lacking: (lon, lat, within, datetime = null) =>
    get('/api/buildings/lacking', { protection: 'sprinkler', lon, lat, within_m: within, datetime }),
  sunlight: (params, signal) => get('/api/sunlight', params, signal),
  sensorStates: (params, signal) => get('/api/sensors/states', params, signal),
  series: (code, from, to, signal) =>
    get(`/api/datastreams/${part(code)}/observations`, { from, to, limit: 5000 }, signal),
  seriesCsv: (code, from, to) => `/api/datastreams/${part(code)}/observations${query({ from, to, f: 'csv' })}`,
  alarms: (signal) => get('/api/alarms', { open: 'true' }, signal),
  acknowledge: (id, actor) => post(`/api/alarms/${part(id)}/acknowledge`, { actor }),
  incidents: (params, signal) => get('/api/incidents', params, signal),
  incident: (id, signal) => get(`/api/incidents/${part(id)}`, {}, signal),
  createIncident: (body, key) => post('/api/incidents', body, { 'Idempotency-Key': key }),
  incidentEvent: (id, body, key) =>
    post(`/api/incidents/${part(id)}/events`, body, { 'Idempotency-Key': key }),
};
