import { isUtf8 } from 'node:buffer';
import { type ReceivedRecord, readableBytes } from '@repo/events';
import { redact } from '@repo/observability';
import { LONGEST_SHOWN, printableJson, shortened } from './printable.ts';

/** How much of a value is read to show its beginning: escapes and redaction change the length. */
const WINDOW = 4 * LONGEST_SHOWN;

/**
 * The original data of a record as one line of JSON without secrets: numbers keep all their digits, and the nesting may
 * have any depth. A value that is not JSON is shown as `{"unreadable":"text"}`, and one that is not text as
 * `{"bytes":"\\xHH"}`.
 */
export function readableData({ value, raw }: ReceivedRecord): string {
  if (raw.value === null) return '(no value)';
  return shortened(readableBeginning(value, raw.value), LONGEST_SHOWN, `${raw.value.length} bytes in all`);
}

function readableBeginning(value: string, bytes: Buffer): string {
  if (!isUtf8(bytes)) return asJson({ bytes: redact(readableBytes(bytes.subarray(0, WINDOW))) });
  const beginning = value.slice(0, WINDOW);
  return isJson(value)
    ? printableJson(redact(onOneLine(beginning)))
    : asJson({ unreadable: redact(beginning) });
}

const asJson = (data: object) => printableJson(JSON.stringify(data));

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** In valid JSON, line ends and tabs occur only between its parts. */
function onOneLine(json: string): string {
  return json.replace(/[\n\r\t]+[ \n\r\t]*/g, ' ');
}
