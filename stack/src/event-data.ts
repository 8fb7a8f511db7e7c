import { isUtf8 } from 'node:buffer';
import { type ReceivedRecord, readableBytes } from '@tenfold/events';
import { redact } from '@tenfold/observability';
import { LONGEST_SHOWN, printableJson, shortened } from './printable.ts';

/** How much of a value is looked at to show its beginning: escapes and redaction change the length. */
const WINDOW = 4 * LONGEST_SHOWN;

/**
 * The data of a record as one line of JSON without secrets, as it came: numbers keep all their digits, and the nesting
 * may have any depth. A value that is no JSON is shown as `{"unreadable":"text"}`, one that is no text as
 * `{"bytes":"\\xHH"}`.
 */
export function readableData({ value, raw }: ReceivedRecord): string {
  if (raw.value === null) return '(no value)';
  return shortened(readableBeginning(value, raw.value), LONGEST_SHOWN, `${raw.value.length} bytes in all`);
}

function readableBeginning(value: string, bytes: Buffer): string {
  if (!isUtf8(bytes))
    return asJson({ bytes: redact(hidePaymentTokens(readableBytes(bytes.subarray(0, WINDOW)))) });
  const beginning = hidePaymentTokens(value.slice(0, WINDOW));
  return isJson(value)
    ? printableJson(redact(onOneLine(beginning)))
    : asJson({ unreadable: redact(beginning) });
}

const asJson = (data: object) => printableJson(JSON.stringify(data));

/** A string of JSON; its end may be missing. */
const STRING = String.raw`"[^"\\]*(?:\\[^][^"\\]*)*(?:"|\\?$)`;
/** A string, and where it is the name of a field the value behind it; of an object or array, its first character. */
const EACH_STRING = new RegExp(String.raw`(${STRING})(?:(\s*:\s*)(${STRING}|[^\s"{}[\],]+|[{[])?)?`, 'g');

/**
 * Hides the values of fields that are named `paymentToken`, however the name is escaped. Where such a value is an object
 * or an array, everything after it is hidden too. Linear in the length.
 */
function hidePaymentTokens(json: string): string {
  let end = json.length;
  const hidden = json.replace(EACH_STRING, (found, name: string, colon = '', value = '', at = 0) => {
    if (value === '' || !isPaymentToken(name)) return found;
    if (/^[{[]/.test(value)) end = Math.min(end, at);
    return `${name}${colon}"[redacted]"`;
  });
  return end === json.length
    ? hidden
    : `${hidePaymentTokens(json.slice(0, end))}"paymentToken":"[redacted]"…`;
}

function isPaymentToken(name: string): boolean {
  // With all characters escaped the name has 74 characters.
  if (name.length > 80) return false;
  try {
    return JSON.parse(name) === 'paymentToken';
  } catch {
    return false;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** In valid JSON, line ends and tabs stand only between its parts. */
function onOneLine(json: string): string {
  return json.replace(/[\n\r\t]+[ \n\r\t]*/g, ' ');
}
