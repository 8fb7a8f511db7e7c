/** The library has no types. smtp-server decodes domains with it. */
declare module 'punycode.js' {
  const punycode: { toASCII(domain: string): string };
  // biome-ignore lint/style/noDefaultExport: it is how the library exports itself.
  export default punycode;
}
