// node:http2 in bundles: undici loads it for pools that speak HTTP/2, and no program has one.
export const constants = {};
