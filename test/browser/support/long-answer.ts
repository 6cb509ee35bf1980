/** An answer with everything in it that Markdown has. */
export const longAnswer = `Ada Lovelace (1815–1852) was an English mathematician and writer, often called the **first computer programmer** [1]. Her *Notes* on the Analytical Engine hold what many call the first program [2], a table of operations for the numbers of Bernoulli [2, 3].

## What she did

1. She translated Menabrea's paper from the French [1].
2. She added seven notes, from A to G, three times as long as the paper.
   - Note A asks what such an engine is.
   - Note G has the program.
3. She saw that the engine could work on *anything* whose relations can be told in signs, such as music.

| Note | What it is about | Length |
|------|------------------|-------:|
| A | The engine in general, and what it could one day weave | 8 pages |
| G | The numbers of Bernoulli | 12 pages |

> The Analytical Engine weaves algebraical patterns just as the Jacquard loom weaves flowers and leaves.

In today's words, its heart is a loop:

\`\`\`python
def bernoulli(n):
    return [sum(binomial(k, v) * (v + 1) ** n for v in range(k + 1)) for k in range(n + 1)]  # a long line
\`\`\`

See \`Note G\` and https://en.wikipedia.org/wiki/Note_G for more [4].
`;
