/** What is used of the package. Its own declarations import each other without file endings, which NodeNext refuses. */
declare module '@huggingface/tokenizers' {
  export class Tokenizer {
    /** From the contents of `tokenizer.json` and `tokenizer_config.json`. */
    constructor(tokenizer: object, config: object);
    encode(text: string, options: { add_special_tokens: boolean }): { ids: number[] };
    token_to_id(token: string): number | undefined;
    id_to_token(id: number): string | undefined;
  }
}
