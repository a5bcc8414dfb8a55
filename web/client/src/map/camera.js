/** Where the map looks: home, north, plan and city view, flying to things. */

/** Luohu from the south-west, the skyline of 蔡屋围 in front. */
export const HOME = { lon: 114.1105, lat: 22.5425, zoom: 14.7, pitch: 58, bearing: -22 };

const calm = () => window.matchMedia('(prefers-reduced-motion: reduce)').matches;
const still = () => calm() || document.documentElement.dataset.test === '1';

/** What of the map an open record hides: pixels at its right, and at its foot on a phone. */
const covered = () => {
  const { innerWidth: width, innerHeight: height } = window;
  if (width < 600) return { right: 0, foot: height / 2 };
  return { right: width >= 1200 ? 420 : Math.max(Math.min(width / 2, 420), 360), foot: 0 };
};

export class Camera {
  /** @param {import('maplibre-gl').Map} map @param {import('../state.js').State} state */
  constructor(map, state) {
    this.map = map;
    this.state = state;
    /** The 3D city while it is shown instead of the map. @type {any} */
    this.stage = null;
    map.on('moveend', () => { if (!this.stage) state.moved(this.now()); });
  }

  now() {
    if (this.stage) return this.stage.now();
    const { lng, lat } = this.map.getCenter();
    return { lon: lng, lat, zoom: this.map.getZoom(), pitch: this.map.getPitch(), bearing: this.map.getBearing() };
  }

  /** West, south, east, north of what is shown, degrees. */
  bounds() {
    if (this.stage) return this.stage.bounds();
    const b = this.map.getBounds();
    return [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()];
  }

  /**
   * @param {Partial<import('../hash.js').Camera>} to
   * @param {{jump?: boolean, aside?: [number, number]}} [how] aside: pixels right and down of the middle to bring it to
   */
  go(to, { jump = false, aside = [0, 0] } = {}) {
    if (this.stage) {
      this.stage.go(to, { glide: !jump && !still() });
      return;
    }
    const target = {
      ...(to.lon !== undefined ? { center: /** @type {[number, number]} */ ([to.lon, to.lat]) } : {}),
      ...(to.zoom !== undefined ? { zoom: to.zoom } : {}),
      ...(to.pitch !== undefined ? { pitch: to.pitch } : {}),
      ...(to.bearing !== undefined ? { bearing: to.bearing } : {}),
    };
    if (aside[0] || aside[1]) this.map.easeTo({ ...target, offset: aside, duration: still() ? 0 : 900 });
    else if (jump || still()) this.map.jumpTo(target);
    else if (to.lon !== undefined) this.map.flyTo({ ...target, speed: 1.6, maxDuration: 2200, essential: true });
    else this.map.easeTo({ ...target, duration: 400 });
  }

  home() {
    this.go(this.state.get('dim') === '2' ? { ...HOME, pitch: 0, bearing: 0 } : HOME);
  }

  /** North up, seen from above. */
  north() {
    this.go({ pitch: 0, bearing: 0 });
  }

  /** @param {2 | 3} dimension */
  dimension(dimension) {
    this.state.set({ dim: dimension === 2 ? '2' : '' });
    if (dimension === 2) this.go({ pitch: 0 });
    else if (this.now().pitch < 20) this.go({ pitch: HOME.pitch });
  }

  /** Whether a place is in the picture. */
  sees(lon, lat) {
    return this.stage ? this.stage.sees(lon, lat) : this.map.getBounds().contains([lon, lat]);
  }

  /** Whether a place of the picture is under the open record; the 3D city keeps clear of it. */
  hides(lon, lat) {
    if (this.stage || !this.state.get('sel')) return false;
    const { x, y } = this.map.project([lon, lat]);
    const { clientWidth, clientHeight } = this.map.getContainer();
    const { right, foot } = covered();
    return x > clientWidth - right || y > clientHeight - foot;
  }

  /** Bring a place to the middle of what is free, near enough to see it. */
  show(lon, lat, zoom = 16.8) {
    const { right, foot } = this.state.get('sel') ? covered() : { right: 0, foot: 0 };
    // a wide screen's middle stays free
    const left = window.innerWidth < 1200 ? right / 2 : 0;
    this.go({ lon, lat, zoom: Math.max(this.now().zoom, zoom) }, { aside: [-left, -foot / 2] });
  }

  /** Show what was opened: from afar go near it, and out from under its record bring it as it is. */
  reveal(lon, lat) {
    if (!this.sees(lon, lat)) this.show(lon, lat);
    else if (this.hides(lon, lat)) this.show(lon, lat, 0);
  }
}
