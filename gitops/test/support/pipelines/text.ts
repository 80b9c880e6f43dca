/** A text that people write to in a forge: a comment, or an issue. */
export interface Post {
  readonly id: number;
  readonly author: string;
  body: string;
  /** Of an issue. */
  title: string;
  open: boolean;
  /** How often it was changed. */
  edits: number;
}

let last = 100;

export function newPost(author: string, body: string, title = ""): Post {
  last += 1;
  return { id: last, author, body, title, open: true, edits: 0 };
}
