import { runService } from '@repo/http';
import { createApp } from './app.ts';
import { Config } from './config.ts';

await runService('payment', Config, createApp, process.env);
