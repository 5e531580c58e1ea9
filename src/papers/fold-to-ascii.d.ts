declare module 'fold-to-ascii' {
  const asciiFolder: {
    /** Replaces characters that Lucene's ASCIIFoldingFilter maps, and keeps all others. */
    foldMaintaining(text: string): string;
  };
  export default asciiFolder;
}
