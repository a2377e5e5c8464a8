import { Access, ApiId, ApiProblems, ID, PageQueryDto } from '@maxxit/platform';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ReadResearchService } from './read-research.service';
import { ClassifiedReportDto, InstitutePageDto, ListReportsDto, ReportPageDto } from './research.dto';

@ApiTags('research')
@Controller('api/research')
export class ResearchController {
  constructor(private readonly reading: ReadResearchService) {}

  @Get('institutes')
  @Access('user', { scope: 'signals:read' })
  @ApiOperation({
    summary: 'Research institutes, and how much came of them',
    description: 'By name. Agents follow them by the agent API, and an admin adds one there.',
  })
  @ApiOkResponse({ description: 'A page of institutes', type: InstitutePageDto })
  @ApiProblems([400, 'VALIDATION_FAILED'], [404, 'BAD_CURSOR'])
  listResearchInstitutes(@Query() query: PageQueryDto): Promise<InstitutePageDto> {
    return this.reading.institutes(query);
  }

  @Get('reports')
  @Access('user', { scope: 'signals:read' })
  @ApiOperation({
    summary: 'Reports, and what was read out of them',
    description:
      'The last stored first. For each, the calls, what gave none and why, and what became of each call for each agent. All filters that are given have to match.',
  })
  @ApiOkResponse({ description: 'A page of reports', type: ReportPageDto })
  @ApiProblems([400, 'VALIDATION_FAILED'], [404, 'BAD_CURSOR'])
  listReports(@Query() query: ListReportsDto): Promise<ReportPageDto> {
    return this.reading.reports(query);
  }

  @Get('reports/:id')
  @Access('user', { scope: 'signals:read' })
  @ApiId('The report')
  @ApiOperation({ summary: 'Read a report with what was read out of it' })
  @ApiOkResponse({ description: 'The report', type: ClassifiedReportDto })
  @ApiProblems([400, 'INVALID_ID'], [404, 'REPORT_NOT_FOUND'])
  getReport(@Param('id', ID) id: string): Promise<ClassifiedReportDto> {
    return this.reading.report(id);
  }
}
