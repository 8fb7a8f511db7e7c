import { runService } from '@tenfold/http';
import { createApp } from './app.ts';
import { Config } from './config.ts';

await runService('payment', Config, createApp, process.env);
