/** Words that meant something in this project alone, each with the term of the field. A match may end inside a name. */
const TERMS: [word: RegExp, term: string][] = [
  [/\b(says?|said|unsaid)\b|hasSaid|saidOf/i, 'publish, return, report'],
  [/\b(hears?|heard)\b|allHeard|hasHeard/i, 'consume, receive'],
  [/happening/i, 'trigger'],
  [/createOnce|answerOnce/, 'createIdempotentHandler, replyIdempotently'],
  [/@repo\/due\b|DueWorker/, 'job, createJobWorker'],
  [/\bbell\b|createBell|\brings?\b/i, 'wake signal, notify'],
  [/(?<!(?:\b|_)dead[-_ ])(?<![A-Za-z])letters?\b(?! (of the alphabet|and digits))/i, 'dead letter, e-mail'],
  [/(?<!\bin-)\bhouse\b/i, 'supervisor, convention'],
  [/\bdoors?\b(?![ -]codes?\b)/i, 'entry point'],
  [/\brosters?\b|\brecipes?\b/i, 'topology, spec'],
  [/\bdetours?\b|weak-?link/i, 'faulty proxy'],
  [/farewell|last-?words|\bshelf\b/i, 'next steps, last log line, cache path'],
  [/\btellers?\b|way-of-order|wayOf/i, 'followOrder, timeline'],
  [/shopkeep/i, 'product admin'],
  [/\btwins?\b/i, 'duplicate'],
  [/\bwalls?\b/i, 'boundary'],
  [/sabotage|\blevers?\b|\bkeepers?\b/i, 'fault injection, switch, safeguard'],
  [/\bdice\b|hasty/i, 'random, cancel race'],
  [/\bunwell\b|\bwell again\b|\bleft alone\b/i, 'circuit open, half-open, closed'],
  [/endingOf|Surroundings/, 'shutdownTimings, service environment'],
  [/\ba person is told\b|\btells a person\b/i, 'an alarm is raised'],
  [/\bwhoever\b|\bnobody else's\b/i, 'name the actor'],
  [/\banew\b|\bfor ever\b/i, 'again, forever'],
  [/\bmend(s|ed|ing)?\b/i, 'fix'],
];

/**
 * Finds private words in a file.
 *
 * @returns a line for each: `file:line  word  (term)`
 */
export function privateWords(file: string, text: string): string[] {
  return text.split('\n').flatMap((line, index) =>
    TERMS.flatMap(([word, term]) => {
      const match = word.exec(line);
      return match ? [`${file}:${index + 1}  ${match[0]}  (${term})`] : [];
    }),
  );
}
