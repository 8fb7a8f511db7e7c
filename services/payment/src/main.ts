import { runService } from '@repo/runtime';
import { createApp } from './app.ts';
import { Config } from './config.ts';

await runService('payment', Config, createApp, process.env);
