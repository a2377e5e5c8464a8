import { Access, AnswersSecret, ApiId, ApiProblems, CurrentUser, ID, PageQueryDto, type SignedInUser } from '@maxxit/platform';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CreatedWebhookDto, CreateWebhookDto, WebhookDeliveryDto, WebhookDeliveryPageDto, WebhookDto, WebhookPageDto } from './webhook.dto';
import { WebhooksService } from './webhooks.service';

@ApiTags('live')
@Controller('api')
export class WebhooksController {
  constructor(private readonly webhooks: WebhooksService) {}

  @Post('webhooks')
  @Access('user', { scope: 'deployments:write' })
  @AnswersSecret()
  @ApiOperation({
    summary: 'Have events posted to a URL',
    description:
      'What GET /api/stream tells is posted there, an EventDto as JSON each, signed as Standard Webhooks has it (webhook-id, webhook-timestamp, webhook-signature). Any status of 200 to 299 within 10 s takes it; redirects are not followed. Otherwise it is sent again after 10 s, 30 s, 90 s and so on, nine times within about nine hours. A delivery may come twice and in another order: webhook-id is the same then. 10 webhooks for a user.',
  })
  @ApiCreatedResponse({ description: 'The webhook with its secret', type: CreatedWebhookDto })
  @ApiProblems([400, 'VALIDATION_FAILED'], [403, 'WEBHOOK_URL_NOT_ALLOWED'], [409, 'TOO_MANY_WEBHOOKS'], [503, 'KEY_SERVICE_UNAVAILABLE'])
  createWebhook(@CurrentUser() user: SignedInUser, @Body() body: CreateWebhookDto): Promise<CreatedWebhookDto> {
    return this.webhooks.create(user, body);
  }

  @Get('webhooks')
  @Access('user', { scope: 'deployments:read' })
  @ApiOperation({ summary: "List one's webhooks", description: 'The newest first, deleted ones too.' })
  @ApiOkResponse({ description: 'A page of webhooks', type: WebhookPageDto })
  @ApiProblems([400, 'VALIDATION_FAILED'], [404, 'BAD_CURSOR'])
  listWebhooks(@CurrentUser() user: SignedInUser, @Query() query: PageQueryDto): Promise<WebhookPageDto> {
    return this.webhooks.list(user, query);
  }

  @Delete('webhooks/:id')
  @Access('owner', { of: 'webhook', scope: 'deployments:write' })
  @ApiId('The webhook')
  @ApiOperation({
    summary: 'Delete a webhook',
    description: 'Nothing more is sent, waiting deliveries neither. Doing it again changes nothing.',
  })
  @ApiOkResponse({ description: 'The deleted webhook', type: WebhookDto })
  @ApiProblems([400, 'INVALID_ID'], [404, 'WEBHOOK_NOT_FOUND'])
  deleteWebhook(@Param('id', ID) id: string): Promise<WebhookDto> {
    return this.webhooks.delete(id);
  }

  @Post('webhooks/:id/test')
  @Access('owner', { of: 'webhook', scope: 'deployments:write' })
  @HttpCode(202)
  @ApiId('The webhook')
  @ApiOperation({ summary: 'Send a test to a webhook', description: 'An event of the kind "test". Its delivery shows what became of it.' })
  @ApiAcceptedResponse({ description: 'The delivery, which is sent at once', type: WebhookDeliveryDto })
  @ApiProblems([400, 'INVALID_ID'], [404, 'WEBHOOK_NOT_FOUND'], [409, 'WEBHOOK_DELETED'])
  testWebhook(@Param('id', ID) id: string): Promise<WebhookDeliveryDto> {
    return this.webhooks.test(id);
  }

  @Get('webhooks/:id/deliveries')
  @Access('owner', { of: 'webhook', scope: 'deployments:read' })
  @ApiId('The webhook')
  @ApiOperation({ summary: 'What was sent to a webhook', description: 'The newest first, for 30 days.' })
  @ApiOkResponse({ description: 'A page of deliveries', type: WebhookDeliveryPageDto })
  @ApiProblems([400, 'VALIDATION_FAILED', 'INVALID_ID'], [404, 'BAD_CURSOR', 'WEBHOOK_NOT_FOUND'])
  listDeliveries(@Param('id', ID) id: string, @Query() query: PageQueryDto): Promise<WebhookDeliveryPageDto> {
    return this.webhooks.deliveries(id, query);
  }

  @Post('webhook-deliveries/:id/replay')
  @Access('owner', { of: 'webhook_delivery', scope: 'deployments:write' })
  @HttpCode(202)
  @ApiId('The delivery')
  @ApiOperation({
    summary: 'Send a delivery again',
    description: 'The same event under the same id, whatever became of it before, with all its attempts.',
  })
  @ApiAcceptedResponse({ description: 'The delivery, which is sent at once', type: WebhookDeliveryDto })
  @ApiProblems([400, 'INVALID_ID'], [404, 'WEBHOOK_DELIVERY_NOT_FOUND'], [409, 'WEBHOOK_DELETED'])
  replayDelivery(@Param('id', ID) id: string): Promise<WebhookDeliveryDto> {
    return this.webhooks.replay(id);
  }
}
