import type { Provider } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { PaymentReconciler, PaymentSyncService, type PortOneModule } from 'nestjs-portone';
import { PortOneSandbox, type PortOneSandboxOptions } from 'nestjs-portone/testing';

import { SECRET } from '../../support/deliveries.js';
import type { RunningApp } from '../../support/platforms.js';
import { startWebhookApp } from '../../support/webhook-app.js';

type ModuleOptions = Parameters<typeof PortOneModule.forRoot>[0];

/** An application that syncs the payments of a sandbox whose clock stands still. */
export interface SyncApp extends RunningApp {
  readonly sandbox: PortOneSandbox;
  readonly sync: PaymentSyncService;
  readonly reconciler: PaymentReconciler;
  /** No webhook reaches the application. */
  unplug(): void;
  close(): Promise<void>;
}

export async function startSyncApp(
  adapter: () => AbstractHttpAdapter,
  providers: Provider[],
  sandboxOptions: PortOneSandboxOptions = {},
  options: Partial<ModuleOptions> = {},
): Promise<SyncApp> {
  const sandbox = await PortOneSandbox.start({ clock: new Date('2026-03-02T03:00:00Z'), seed: 4, ...sandboxOptions });
  const running = await startWebhookApp(adapter, {
    providers,
    apiSecret: sandbox.apiSecret,
    storeId: sandbox.storeId,
    baseUrl: sandbox.url,
    syncOnWebhook: true,
    now: () => sandbox.clock.now(),
    ...options,
  });
  sandbox.webhook = { url: `${running.url}/webhook/portone`, secret: SECRET };
  return {
    ...running,
    sandbox,
    sync: running.app.get(PaymentSyncService),
    reconciler: running.app.get(PaymentReconciler),
    unplug: () => {
      sandbox.webhook = { url: 'http://127.0.0.1:9/nobody', secret: SECRET };
    },
    close: async () => {
      await sandbox.stop();
      await running.app.close();
    },
  };
}
