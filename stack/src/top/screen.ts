import type { ReadStream, WriteStream } from 'node:tty';

const ESCAPE = '\u001b[';
// Another screen, without a cursor, on which a long line is cut and not wrapped; and back.
const ENTER = `${ESCAPE}?1049h${ESCAPE}?25l${ESCAPE}?7l`;
const LEAVE = `${ESCAPE}?7h${ESCAPE}?25h${ESCAPE}?1049l`;
const TO_TOP = `${ESCAPE}H`;
const CLEAR_LINE = `${ESCAPE}K`;
const CLEAR_BELOW = `${ESCAPE}J`;
const CTRL_C = '\u0003';

/**
 * Takes over a terminal: another screen without a cursor, and every key read at once. `close` gives it back as it was.
 *
 * @param onQuit called for q and Ctrl-C; in this mode the terminal sends no signal
 */
export function openScreen(input: ReadStream, output: WriteStream, onQuit: () => void) {
  const onKeys = (keys: Buffer) => {
    if (/[qQ]/.test(String(keys)) || String(keys).includes(CTRL_C)) onQuit();
  };
  output.write(ENTER);
  if (input.isTTY) input.setRawMode(true).on('data', onKeys).resume();

  return {
    /** Shows as many lines as the terminal has; the last one tells how many there are below. */
    show(lines: string[]): void {
      const rows = output.rows || lines.length;
      const hidden = lines.length - rows;
      const shown =
        hidden > 0
          ? [...lines.slice(0, rows - 1), `(${hidden + 1} more lines: make the window higher)`]
          : lines;
      output.write(TO_TOP + shown.map((line) => line + CLEAR_LINE).join('\n') + CLEAR_BELOW);
    },
    close(): void {
      if (input.isTTY) input.off('data', onKeys).setRawMode(false).pause();
      output.write(LEAVE);
    },
  };
}
