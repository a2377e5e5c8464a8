import type { PostKind } from '@maxxit/domain';

/** The kind of a post by its text alone: X begins a retweet with "RT @name:" and a reply with "@name". */
export function kindOfText(username: string, text: string): PostKind {
  if (/^\s*RT @\w{1,15}:/.test(text)) return 'retweet';
  const answered = /^\s*@(\w{1,15})\b/.exec(text)?.[1];
  if (answered === undefined) return 'post';
  return answered.toLowerCase() === username.toLowerCase() ? 'thread' : 'reply';
}
