import { Access, AnswersSecret, ApiId, ApiProblems, CurrentUser, ID, PageQueryDto, type SignedInUser } from '@maxxit/platform';
import { Body, Controller, Delete, Get, Header, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiKeyDto, ApiKeyPageDto, CreateApiKeyDto, CreatedApiKeyDto } from './api-key.dto';
import { ApiKeysService } from './api-keys.service';

@ApiTags('API keys')
@Controller('api/api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeysService) {}

  @Post()
  @AnswersSecret()
  @Access('user')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Make an API key',
    description:
      'For programs of the user: it acts for them within its scopes, at all three APIs, until it expires or is revoked. It makes no other keys. There may be 20 at a time.',
  })
  @ApiCreatedResponse({ description: 'The key, which is shown this once', type: CreatedApiKeyDto })
  @ApiProblems([400, 'VALIDATION_FAILED'], [409, 'TOO_MANY_API_KEYS'])
  createApiKey(@CurrentUser() user: SignedInUser, @Body() body: CreateApiKeyDto): Promise<CreatedApiKeyDto> {
    return this.keys.create(user, body);
  }

  @Get()
  @Access('user')
  @ApiOperation({
    summary: "List one's API keys",
    description: 'The newest first, expired and revoked ones too. The keys themselves can not be read again.',
  })
  @ApiOkResponse({ description: 'A page of API keys', type: ApiKeyPageDto })
  @ApiProblems([400, 'VALIDATION_FAILED'], [404, 'BAD_CURSOR'])
  listApiKeys(@CurrentUser() user: SignedInUser, @Query() query: PageQueryDto): Promise<ApiKeyPageDto> {
    return this.keys.list(user, query);
  }

  @Delete(':id')
  @Access('owner', { of: 'api_key' })
  @ApiId('The API key')
  @ApiOperation({ summary: 'Revoke an API key', description: 'At once and for good. Doing it again changes nothing.' })
  @ApiOkResponse({ description: 'The revoked key', type: ApiKeyDto })
  @ApiProblems([400, 'INVALID_ID'], [404, 'API_KEY_NOT_FOUND'])
  revokeApiKey(@Param('id', ID) id: string): Promise<ApiKeyDto> {
    return this.keys.revoke(id);
  }
}
