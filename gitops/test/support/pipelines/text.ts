/** A text of a person or a bot in a forge: a comment, or an issue. */
export interface Post {
  readonly id: number;
  readonly author: string;
  body: string;
  /** The title of an issue. */
  title: string;
  open: boolean;
  /** The number of edits. */
  edits: number;
}

/** A pull request that a program opened from a branch, or that a fork opened from a branch of the same name. */
export interface BranchRequest {
  readonly number: number;
  readonly branch: string;
  /** The repository of the branch. */
  readonly from: string;
  /** The branch that it is for; by default, main. */
  readonly base?: string;
  title: string;
  body: string;
  state: "open" | "closed" | "merged";
}

let last = 100;

export function newPost(author: string, body: string, title = ""): Post {
  last += 1;
  return { id: last, author, body, title, open: true, edits: 0 };
}
