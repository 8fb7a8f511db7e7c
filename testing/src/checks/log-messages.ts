import { type Argument, type CallExpression, type Expression, parseSync, Visitor } from 'oxc-parser';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
const LOGGER = /^(log|logger|\w+Log)$/;

/** What a source file writes to its log. */
export interface LogMessages {
  /** A line for each message that is not constant: `file:line  the call`. */
  varying: string[];
  /** The codes of alarms. */
  alarms: string[];
}

/**
 * Reads the messages of a file's log lines and alarms. A constant message is a literal: what varies is a field, so that
 * all lines of one kind can be found and counted by their message.
 *
 * @throws Error when the file cannot be parsed
 */
export function readLogMessages(file: string, source: string): LogMessages {
  const { program, errors } = parseSync(file, source);
  if (errors[0]) throw new Error(`${file} cannot be parsed: ${errors[0].message}`);
  const found: LogMessages = { varying: [], alarms: [] };
  new Visitor({
    CallExpression(call) {
      const texts = isAlarm(call) ? call.arguments.slice(0, 2) : isLogCall(call) ? [messageOf(call)] : [];
      if (isAlarm(call)) found.alarms.push(...literalOf(call.arguments[0]));
      if (texts.every((text) => literalOf(text).length > 0)) return;
      const line = source.slice(0, call.start).split('\n').length;
      found.varying.push(`${file}:${line}  ${source.slice(call.start, call.end).replace(/\s+/g, ' ')}`);
    },
  }).visit(program);
  return found;
}

/** `alarm('code', 'message', facts)` */
function isAlarm({ callee }: CallExpression): boolean {
  return nameOf(callee) === 'alarm';
}

/** `log.warn(...)`, also `request.log.warn(...)` and `log[level](...)`. */
function isLogCall({ callee }: CallExpression): boolean {
  if (callee.type !== 'MemberExpression' || !LOGGER.test(nameOf(callee.object))) return false;
  return callee.computed || LEVELS.includes(nameOf(callee));
}

/** The first argument, or the second if the first one holds the facts. */
function messageOf({ arguments: [first, second] }: CallExpression): Argument | undefined {
  return second ?? first;
}

function nameOf(expression: Expression): string {
  if (expression.type === 'Identifier') return expression.name;
  if (expression.type !== 'MemberExpression' || expression.computed) return '';
  return expression.property.type === 'Identifier' ? expression.property.name : '';
}

/** The text of a literal, or of a template without expressions; empty for anything else. */
function literalOf(argument: Argument | undefined): string[] {
  if (argument?.type === 'Literal') return typeof argument.value === 'string' ? [argument.value] : [];
  if (argument?.type !== 'TemplateLiteral' || argument.expressions.length > 0) return [];
  return [argument.quasis[0]?.value.cooked ?? ''];
}
