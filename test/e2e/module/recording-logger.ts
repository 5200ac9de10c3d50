import type { LoggerService } from '@nestjs/common';

/** Keeps what an application logs, as its operator would read it. */
export class RecordingLogger implements LoggerService {
  readonly lines: { level: 'log' | 'warn' | 'error'; message: string; context: string }[] = [];

  log(message: unknown, ...rest: unknown[]): void {
    this.#add('log', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.#add('warn', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.#add('error', message, rest);
  }

  /** The messages of this library alone. */
  ofPortOne(level: 'log' | 'warn' | 'error'): string[] {
    return this.lines
      .filter((line) => line.level === level && line.context.startsWith('PortOne'))
      .map(({ message }) => message);
  }

  #add(level: 'log' | 'warn' | 'error', message: unknown, rest: unknown[]): void {
    this.lines.push({ level, message: String(message), context: String((rest.at(-1) as string | undefined) ?? '') });
  }
}
