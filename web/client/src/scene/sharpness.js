/** How sharp the 3D view is drawn: by the pixels of the screen, not of the page, which are two or three times as broad. */

/** Pixels drawn across one of the page. A denser screen shows no more to the eye, and costs the square of it. */
const MOST = 2;

/** Share of the screen's own resolution to draw at. @param {number} ratio pixels of the screen across one of the page */
export const shareOf = (ratio) => Math.min(1, MOST / ratio);

/**
 * Draw as sharp as the screen is, also after the window went to another one.
 * @param {import('cesium').CesiumWidget} widget
 * @returns {() => void} ends it
 */
export function sharpen(widget) {
  widget.useBrowserRecommendedResolution = false;
  const ended = new AbortController();
  const follow = () => {
    widget.resolutionScale = shareOf(window.devicePixelRatio);
    // true of this ratio only, so each change is waited for anew
    matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`).addEventListener('change', follow, { once: true, signal: ended.signal });
  };
  follow();
  return () => ended.abort();
}
