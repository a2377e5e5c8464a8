import { Column, Entity, PrimaryColumn } from 'typeorm';
import { CreatedAtColumn } from '../columns';

/** What a language model answered about a text: the same text is not paid for twice. Only answers that fit the schema are kept. */
@Entity('llm_answers')
export class LlmAnswerEntity {
  @PrimaryColumn('text')
  model!: string;

  @PrimaryColumn('text')
  promptVersion!: string;

  /** SHA-256 of the text, hex. */
  @PrimaryColumn('text')
  textHash!: string;

  /** As the model gave it. */
  @Column('text')
  answer!: string;

  @CreatedAtColumn()
  createdAt!: Date;
}
