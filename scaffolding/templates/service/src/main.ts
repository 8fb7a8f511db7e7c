import { runService } from '@repo/runtime';
import { createApp } from './app.ts';
import { Config } from './config.ts';

await runService('example', Config, createApp, process.env);
