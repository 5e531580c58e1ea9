declare module 'fold-to-ascii' {
  const asciiFolder: {
    /** Replaces what Lucene's ASCIIFoldingFilter maps, keeps every other character. */
    foldMaintaining(text: string): string;
  };
  export default asciiFolder;
}
