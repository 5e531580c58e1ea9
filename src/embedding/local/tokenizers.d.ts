/**
 * The part of the package that is used. Its own declarations import each other without file endings, which NodeNext
 * rejects.
 */
declare module '@huggingface/tokenizers' {
  export class Tokenizer {
    /** Takes the parsed contents of `tokenizer.json` and `tokenizer_config.json`. */
    constructor(tokenizer: object, config: object);
    encode(text: string, options: { add_special_tokens: boolean }): { ids: number[] };
    token_to_id(token: string): number | undefined;
    id_to_token(id: number): string | undefined;
  }
}
