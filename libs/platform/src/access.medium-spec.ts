import { Controller, Get, Module, Post, type DynamicModule } from '@nestjs/common';
import { z } from 'zod';
import { Access } from './access';
import { appSettings, setting } from './config';
import { createApiApp, openApiDocument } from './http-app';

const settings = z.object({ ...appSettings, PORT: setting.port().default(4999).describe('the port to listen on') });
const config = { HOST: '127.0.0.1', PORT: 0, LOG_LEVEL: 'silent' as const };

@Controller('documents')
class DocumentsController {
  @Get()
  @Access('public')
  list(): string {
    return 'all';
  }

  @Post(':id')
  @Access('owner', { of: 'deployment', scope: 'deployments:write' })
  change(): void {}
}

@Controller('forgotten')
class ForgottenController {
  @Get('open')
  @Access('public')
  open(): void {}

  @Get('one')
  forgotten(): void {}

  notARoute(): void {}
}

@Module({ controllers: [DocumentsController] })
class DocumentsModule {
  static readonly service = 'documents-api';
  static readonly settings = settings;
  static register(): DynamicModule {
    return { module: DocumentsModule };
  }
}

@Module({ controllers: [ForgottenController], imports: [DocumentsModule] })
class ForgetfulModule {
  static readonly service = 'forgetful-api';
  static readonly settings = settings;
  static register(): DynamicModule {
    return { module: ForgetfulModule };
  }
}

@Module({ controllers: [ForgottenController] })
class StandInModule {
  static readonly service = 'stand-in';
  static readonly hasNoUsers = true;
  static readonly settings = settings;
  static register(): DynamicModule {
    return { module: StandInModule };
  }
}

describe('access to routes', () => {
  it('is not asked of a stand-in for somebody else, which is ready without it', async () => {
    const app = await createApiApp(StandInModule, config);
    await app.init();
    expect((await app.inject({ url: '/forgotten/one' })).statusCode).toBe(200);
    expect((await app.inject({ url: '/health/ready' })).statusCode).toBe(200);
    await app.close();
  });

  it('has to be declared for each of them, or the app does not start and names those without', async () => {
    await expect(createApiApp(ForgetfulModule, config)).rejects.toThrow(
      'Nothing says who may call ForgottenController.forgotten: put @Access',
    );
  });

  it('is in the OpenAPI document: the rule, the credentials, and the refusals', async () => {
    const app = await createApiApp(DocumentsModule, config, { preview: true });
    const { paths, components } = openApiDocument(app, { title: 'Documents', description: '' });
    await app.close();

    expect(components?.securitySchemes).toMatchObject({
      accessToken: { type: 'http', scheme: 'bearer' },
      apiKey: { in: 'header', name: 'x-api-key' },
    });
    expect(paths['/documents']?.get).toMatchObject({ 'x-access': { level: 'public' } });
    expect(paths['/documents']?.get?.security).toEqual([]);
    expect(paths['/documents/{id}']?.post).toMatchObject({
      'x-access': { level: 'owner', of: 'deployment', scope: 'deployments:write' },
      security: expect.arrayContaining([{ accessToken: [] }, { apiKey: [] }]) as unknown,
      responses: {
        401: { description: 'Unauthorized: UNAUTHENTICATED' },
        403: { description: 'Forbidden: FORBIDDEN' },
      },
    });
  });
});
