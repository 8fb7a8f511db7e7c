import { runService } from '@repo/runtime';
import { createApp } from './app.ts';
import { Config } from './config.ts';

await runService('notification', Config, createApp, process.env);
