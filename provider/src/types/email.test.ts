import { email } from "./email";

test.each([
  ["ada", "must be an e-mail address, such as ada@acme.example"],
  ["ada@acme.example ", "must be an e-mail address, such as ada@acme.example, without a space"],
  ["ad\u200ba@acme.example", "must be an e-mail address, such as ada@acme.example, without the character U+200B"],
  ["\u0430da@acme.example", "must be an e-mail address, such as ada@acme.example, without the character U+0430"],
  [7, "must be an e-mail address, such as ada@acme.example"],
])("rejects %j, and names a character that nobody sees", (text, message) => {
  expect(email.safeParse(text).error?.issues[0]?.message).toBe(message);
});
