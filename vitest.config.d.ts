/** Tests read the sources (`brume-source`), never a stale `dist/`. Nest's injection needs decorator metadata, which oxc emits when asked. */
declare const _default: import("vite").UserConfig;
export default _default;
