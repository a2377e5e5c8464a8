import { ResearchInstituteEntity } from '@maxxit/database';
import { ConflictError, newId } from '@maxxit/domain';
import { decodeCursor, toPage, type PageQueryDto } from '@maxxit/platform';
import { Injectable } from '@nestjs/common';
import { DataSource, LessThan } from 'typeorm';
import { ResearchInstituteDto, type CreateResearchInstituteDto, type ResearchInstitutePageDto } from './research-institute.dto';

@Injectable()
export class ResearchInstitutesService {
  constructor(private readonly dataSource: DataSource) {}

  async list({ limit, cursor }: PageQueryDto): Promise<ResearchInstitutePageDto> {
    const rows = await this.dataSource.manager.find(ResearchInstituteEntity, {
      where: { ...(cursor && { id: LessThan(decodeCursor(cursor, ['uuid'])[0]) }) },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    const { items, nextCursor } = toPage(rows, limit, ({ id }) => [id]);
    return { items: items.map((institute) => ResearchInstituteDto.of(institute)), nextCursor };
  }

  /** Throws ConflictError INSTITUTE_EXISTS when there is one of this name. */
  async create(request: CreateResearchInstituteDto): Promise<ResearchInstituteDto> {
    const id = newId();
    const inserted = await this.dataSource
      .createQueryBuilder()
      .insert()
      .into(ResearchInstituteEntity)
      .values({ id, ...request })
      .orIgnore()
      .returning('id')
      .execute();
    if ((inserted.raw as unknown[]).length === 0) {
      throw new ConflictError('INSTITUTE_EXISTS', `There is a research institute called "${request.name}" already.`);
    }
    return ResearchInstituteDto.of(await this.dataSource.manager.findOneByOrFail(ResearchInstituteEntity, { id }));
  }
}
