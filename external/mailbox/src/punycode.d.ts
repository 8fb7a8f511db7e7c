/** The library has no types of its own. It is the one that smtp-server decodes domains with. */
declare module 'punycode.js' {
  const punycode: { toASCII(domain: string): string };
  // biome-ignore lint/style/noDefaultExport: it is how the library exports itself.
  export default punycode;
}
