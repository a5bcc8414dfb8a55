/** What this machine can draw. */

const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/** Is there WebGL 2 at all? Without it the map cannot be drawn. */
export function canDrawMap() {
  const context = document.createElement('canvas').getContext('webgl2');
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return Boolean(context);
}

/**
 * Can this machine draw the relief? Without a graphics card the ground in relief costs ten
 * times the rest of the picture (measured: 0.1 against 1 frame a second), so it is left flat
 * there, with its shading. `?relief=1` draws it all the same.
 */
export function canDrawRelief() {
  const asked = new URLSearchParams(window.location.search).get('relief');
  if (asked !== null) return asked === '1';
  const context = document.createElement('canvas').getContext('webgl2');
  if (!context) return false;
  const info = context.getExtension('WEBGL_debug_renderer_info');
  const name = info ? String(context.getParameter(info.UNMASKED_RENDERER_WEBGL)) : '';
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return !SOFTWARE.test(name);
}
