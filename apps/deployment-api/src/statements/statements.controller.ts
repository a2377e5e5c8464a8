import { Access, ApiId, ApiProblems, ID } from '@maxxit/platform';
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { StatementDto, StatementQueryDto } from './statement.dto';
import { StatementsService, statementCsv } from './statements.service';

@ApiTags('statements')
@ApiExtraModels(StatementDto)
@Controller('api/deployments/:id/statement')
export class StatementsController {
  constructor(private readonly statements: StatementsService) {}

  @Get()
  @Access('owner', { of: 'deployment', scope: 'deployments:read' })
  @ApiId('The deployment')
  @ApiOperation({
    summary: 'What the equity of a deployment came to, period by period',
    description:
      'opening + realised PnL - fees + funding + net deposits + change of the unrealised = closing, in each period and over all of them. What is unrealised at a bound is as of the last mark of equity before it: there is one at 00:00 UTC of each day and at each close. Funding that a venue takes from the account as a whole, and not in what it pays out for a position, is none of one deployment and not in it.',
  })
  @ApiOkResponse({
    description: 'The statement',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(StatementDto) } },
      'text/csv': { schema: { type: 'string' }, example: 'from,to,openingEquityUsd\r\n' },
    },
  })
  @ApiProblems([400, 'VALIDATION_FAILED', 'INVALID_ID'], [404, 'DEPLOYMENT_NOT_FOUND'], [409, 'STATEMENT_PERIOD_NOT_VALID'])
  async getStatement(
    @Param('id', ID) id: string,
    @Query() query: StatementQueryDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StatementDto | string> {
    const statement = await this.statements.of(id, query);
    if (query.format === 'json') return statement;
    void reply
      .header('content-type', 'text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="statement-${id}.csv"`);
    return statementCsv(statement);
  }
}
