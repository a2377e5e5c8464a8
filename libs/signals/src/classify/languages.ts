import { Decimal } from '@maxxit/domain';

/** Languages other than English whose trading words are known. */
export type Language = 'en' | 'es' | 'fr' | 'de' | 'pt' | 'ru' | 'zh' | 'ja' | 'ko';

/** A text with its trading words in English, for the rules that follow; words that mean nothing to them stay as they are. */
export interface Translated {
  text: string;
  language: Language;
  /** Numbers are written as in "1,0850" and "97.000". */
  decimalComma: boolean;
  /** Mostly in a language that is not read at all. */
  unknown: boolean;
}

/** Pairs of a pattern for whole words and what English rules know it by; earlier ones first. */
type Dictionary = readonly (readonly [pattern: string, english: string])[];

const SPANISH: Dictionary = [
  ['en ([a-z$#]{2,6})(?= (?:a|en|desde|con|por|aquí|ahora|de)(?= ))', ' on $1 '],
  ['(?:riesgo|arriesgo|arriesgando)(?: del?| de un| limitado al?| solo| un| el)* ?\\d[\\d.,]* ?%(?: de la cuenta| del capital| del portafolio| por operación)?', ' '],
  ['no es (?:broma|coña)|sin bromas|de verdad|va en serio|en serio', ' '],
  ['ni (?:loc[oa]|muert[oa]|hart[oa]|de coña|en broma|en sueños|regalad[oa]|pintad[oa]|hablar)|no hay manera|no pienso|nada de', ' do not trade '],
  ['(?:el|este|desde el) (?:lunes|martes|miércoles|jueves|viernes|sábado|domingo)(?: pasado)?|el mes pasado|el año pasado|me puse|nos pusimos|me ha dado|me dio|pag(?:ó|aron)|cay(?:ó|eron) (?:el|los) (?:objetivo|tp)s?', ' yesterday '],
  ['cuñad[oa]|suegr[oa]|prim[oa] (?:mío|dice)|mi (?:prim[oa]|tí[oa]|herman[oa]|jef[ea]|vecin[oa]|padre|madre|novi[oa]|mujer|marido|colega)|amig[oa]s?|vecin[oa]|gurús?|influencers?|analistas?|ballenas?|bancos?|fondos?|tipster|youtubers?|twittero|profesor|maestro|compañero', ' my friend says '],
  ['si (?:tuviera|fuera|pudiera|hubiera|estuviera)|hubiera|habría|tendría(?:n)?|ojalá|de haber', ' if '],
  ['cuenta (?:de )?(?:práctica|prueba|demo|ficticia|simulada|virtual)|dinero (?:ficticio|virtual|de mentira)|simulador|torneo|concurso|en papel', ' paper trade '],
  ['canal premium|grupo premium|suscriptores|link en la bio|enlace en (?:la|mi) (?:bio|perfil)|código|referido|patrocinad[oa]|bono', ' giveaway '],
  ['claro que sí|sí,? claro|cómo no|jaja\\p{L}*|jeje\\p{L}*|xd+|casa de mis|hipoteca|suegra|seguro que', ' yeah right '],
  ['liquid(?:é|ado|ada|amos)|recogid[oa]s?|recogí|me (?:han )?sacad[oa]|saqué|saltado el stop|reduj\\p{L}+|reduzco', ' closed my '],
  ['(?:desde|a partir de) ya|ya mismo|ahorita|en este (?:mismo )?momento|en estos momentos|a precio de mercado|al precio actual|recién', ' now '],
  ['si me equivoco,?(?: (?:estoy|me voy|me quedo|salgo|fuera))*(?: en| a| por encima de| por debajo de| sobre| bajo)? (?=\\d)', ' sl '],
  ['si (?:se )?(?:pierde|cae de|rompe|baja de|cae por debajo de|supera|pasa de|sube de|cierra (?:por )?(?:debajo|encima) de|se va a)(?: los)? ([\\d.,]*\\d),? (?:me voy|me salgo|fuera|salgo|cierro|estoy fuera|adiós|asumo(?: la pérdida)?|me bajo|corto)', ' sl $1 '],
  ['pérdida máxima|límite de dolor|riesgo hasta|(?:mi )?protección|invalidación|me equivoco (?:en|bajo|sobre)|me salgo mal en|corto pérdidas en|stop (?:ajustado|ceñido|corto|amplio|mental)(?= (?:en|a|bajo|sobre)? ?\\d)', ' sl '],
  ['(?:y )?(?:busco|buscando|apunto|apuntando|miro|mirando|camino|rumbo|vamos|voy)(?: a| hacia| hasta)?(?: los| las)? (?=\\d)|recompr[oa] (?:en|a) (?=\\d)|toma de (?:ganancias|beneficios)|tomar (?:ganancias|beneficios) en (?=\\d)', ' target '],
  ['palanca|apalancad[oa]s?', ' leverage '],
  ['(?:estoy|voy|quedo|me quedo|ya) vendid[oa]', ' opening short '], ['(?:estoy|voy|quedo|me quedo) comprad[oa]', ' opening long '],
  ['comprad[oa](?= (?:ahora|now|aquí|recién))', ' now buy '],
  ['shorte(?:o|amos|ando|ar)', ' short '], ['longue(?:o|amos|ando|ar)', ' long '],
  ['euro ?dólar|eurodólar', ' EUR/USD '], ['el cable', ' GBP/USD '], ['dólar yen', ' USD/JPY '],
  ['libra ?/ ?dólar', ' GBP/USD '], ['euro ?/ ?dólar', ' EUR/USD '], ['dólar ?/ ?yen', ' USD/JPY '], ['vuelvo a|de nuevo|otra vez|por fin|ahora mismo|ya mismo', ' now '],
  ['meto|metiendo|entrando', ' opening '],
  ['buy the dip|sell the news', ' $& '],
  ['(?:me )?(?:salgo|saco|voy|bajo|retiro) (?:si|cuando) (?:toca|pierde|rompe|baja de|cae de|supera)|si (?:toca|pierde|rompe|supera)(?: los)? (?=[\\d.,]+,? (?:me voy|me salgo|fuera|salgo|cierro))|me voy (?:por debajo|por encima) de|fuera (?:por debajo|por encima) de', ' sl '],
  ['(?<=\\d) ?,? (?:me voy|me salgo|estoy fuera)(?=$|[.,;\\n ])', ' '],
  ['recojo en|recogida en|salida en|vendo en objetivo|cobro en|beneficios? en', ' target '],
  ['(?:vendid[oa]|entrado) (?=[^.\\n]{0,20}en corto)', ' '],
  ['esta vez|sin dudas|sin rodeos|con lo justo|lo justo|aquí mismo|en firme|posición|orden|ejecutad[oa]|en marcha|activ[oa]|dentro', ' '],
  ['ya estoy|estoy|entro|entrado|acabo de entrar|me he puesto|me puse ahora|voy', ' opening '],
  ['no (?:compr\\w*|vend\\w*|entr\\w*|abr\\w*|longue\\w*|shorte\\w*)', ' do not trade '],
  ['nunca|jamás|ni se (?:te|os|les) ocurra|evit(?:ar?|en|ad|a)|ojo con', ' do not trade '],
  ['compré|compramos ayer|compró|compraron|comprado|compraste', ' bought '],
  ['vendí|vendió|vendieron|vendido', ' sold '],
  ['abrí|abrió|entré|entramos ayer|abierto|metí', ' opened '],
  ['cerr(?:é|ó|ado|ada|amos|ando|ar)|cierro|cierre de|cerrad[oa]s?|salgo de|salí|fuera de mi', ' closed my '],
  ['tom(?:o|ando|é|amos) (?:ganancias|beneficios|profit\\w*)|asegur(?:o|ando|é) (?:ganancias|beneficios)|recojo beneficios', ' closed my '],
  ['ayer|anoche|la semana pasada|hace (?:\\w+ )?(?:días?|semanas?|meses|horas?)|gané|ganamos|resultado[s]?|resumen|sigo (?:en )?|seguimos|llevo|tenía|teníamos|estaba', ' yesterday '],
  ['(?:alcanzó|tocó|llegó|saltó|alcanzado|tocado)', ' was hit '],
  ['si(?= )|siempre que|solo si|sólo si|a menos que|en caso de|tras (?:la|el|una?) (?:ruptura|rotura|cierre)|con cierre|cuando|una vez|hasta que|espero|esperar(?:é|emos)?|esperando|esperamos|al (?:romper|superar|perder)|rompe|romper|ruptura|rotura|supera', ' if '],
  ['quizás?|quizá|tal vez|a lo mejor|puede que|podría(?:mos|n)?|debería(?:mos)?|haría|compraría(?:mos)?|vendería(?:mos)?|pensando|pienso|planeo|planeando|me gustaría|tentad[oa]|mañana|próxima semana|la idea es|quiero|voy a', ' maybe '],
  ['imaginen|imagina|supongamos|por ejemplo|ejemplo|lección|curso|demo|simulad[oa]|backtest|papel', ' for example '],
  ['dic(?:e|en)|dijo|según|recomienda|me ha dicho|me dijo|cuentan', ' says '],
  ['alguien|qué (?:opinan|piensan|opináis|tal)|opiniones|conviene|vale la pena|cómo (?:ven|véis)|compro o|largo o corto|¿', ' should i '],
  ['únete|gratis|sorteo|regalo|promoción|suscríbete|escríbeme|canal vip', ' giveaway '],
  ['objetivos?|metas?|tomas? de (?:ganancias?|beneficios?)|tp(?!\\d)', ' target '],
  ['stop(?: |-)?loss|paro|límite de pérdidas?|sl(?!\\d)', ' sl '],
  ['par|activo|moneda', ' pair '], ['dirección|sentido', ' direction '], ['zona de entrada|zona de compra|precio de entrada|precio', ' entry '], ['inmediat[oa]|a mercado', ' now '], ['luego|después', ' / '], ['precio de entrada|entradas?|entro(?= (?:en|a)? ?\\d)', ' entry '],
  ['apalancamiento', ' leverage '],
  ['compr(?:o|a|ar|amos|ando|en|ad|as)|en compra|alcista', ' buy '],
  ['vend(?:o|e|er|emos|iendo|an|ed|a)|venta', ' sell '],
  ['(?:en )?largos?|posición larga', ' long '],
  ['(?:en )?cortos?|posición corta', ' short '],
  ['me pongo|nos ponemos|abro|abrimos|abriendo|entro|entramos|entrando|tomo|tomamos', ' opening '],
  ['recomendamos|recomendación|señal|operación|nueva|nuestra?', ' recommend '],
  ['oro', ' gold '], ['plata', ' silver '], ['petróleo|crudo', ' oil '], ['cobre', ' copper '], ['euro', ' euro '], ['libra', ' pound '],
  ['he|has|hemos', ' '], ['hola|saludos|suerte|gracias|buenos días|buenas|soy|nuevo|nueva|volumen|tendencia|soporte|resistencia|riesgo|gestión|gestionad|mercado|precio|fuerte|débil|fuerza|acompaña|sigue|muy|poco|bien|apretado|ajustado|tranquilo|paciencia|en real|equipo|chicos|vamos|mi|primera?|operación|trade|setup|se ve|veo|está|estamos|semana|día|hoy|máximo|mínimo|según el plan|margen|aislado|cruzado', ' '],
  ['acab(?:o|amos) de', ' now '], ['ahora(?: mismo)?|ya|hoy', ' now '], ['aquí|acá', ' here '], ['y', ' and '], ['con', ' with '], ['desde|en|a|por|sobre|cerca de', ' at '],
  ['entre', ' between '], ['un|una', ' a '], ['el|la|los|las|de|del|al|lo|mi', ' the '], ['largo plazo|corto plazo', ' _ '], ['primer[oa]?|segund[oa]|tercer[oa]?', ' first '],
  ['volumen|tendencia|soporte|resistencia|mercado|inventarios|volatilidad|liquidez|momentum|impulso|velas?|gráfico|rango|canal|precio', ' trend '],
  ['señores|gente|familia|compis|así que|por eso|que es|otra vez|como siempre|de momento|por ahora|poc[oa]|much[oa]s?|tamaño|pequeñ[oa]s?|chic[oa]|loc[oa]|limitad[oa]|respet(?:a|ó)|aguant(?:a|ó)|defend(?:ió|ido)|defiende|rebot(?:a|ó|ando)|se (?:frena|gira|agota|cansa)|cansad[oa]|flojos?|flojas?|sobrecomprad[oa]|sobrevendid[oa]|caro|barato|llegan? (?:a|al)|subiendo|bajando|sube|baja|subir|bajar|fácil|clar[oa]|limpi[oa]|bonit[oa]|buen[oa]s?|mejor|nivel|zona|gran|máxima|mínima|swing|intradía|scalp|largo plazo|carga|ligera|ligero|media|mitad|entera|cuidado con el tamaño|gestionen|cuiden|riesgo|su|sus|mis?|nuestro|hacia|como|que|para|pero|también|sólo|solo|siempre|otra|otro|viernes|lunes|martes|miércoles|jueves|señal|idea', ' '],
]; // prettier-ignore

const PORTUGUESE: Dictionary = [
  ['(?:em|no|na) ([a-z$#]{2,6})(?= (?:a|em|desde|com|por|aqui|agora|de)(?= ))', ' on $1 '],
  ['(?:risco|arrisco|arriscando)(?: de| do| limitado a| só)* ?\\d[\\d.,]* ?%(?: da conta| do capital| da banca)?', ' '],
  ['não é (?:brincadeira|zoeira|conselho de ninguém|recomendação|call|dica)|sem zoeira|sério|de verdade', ' '],
  ['nem (?:louc[oa]|morto|a pau|ferrando|com|pensar)|de jeito nenhum|não tem chance|sem chance|nada de', ' do not trade '],
  ['(?:na |no )?(?:segunda|terça|quarta|quinta|sexta|sábado|domingo)(?:-feira)?(?: passada)?(?= |,)|mês passado|ano passado|pagou|pagaram|entregou|deu bom|deu ruim', ' yesterday '],
  ['cunhad[oa]|sogr[oa]|meu (?:primo|tio|irmão|chefe|vizinho|pai|amigo|colega)|minha (?:prima|tia|irmã|chefe|mãe|amiga)|amig[oa]s?|vizinh[oa]|gurus?|influencers?|analistas?|baleias?|bancos?|fundos?|professor|mandou|manda', ' my friend says '],
  ['se eu (?:fosse|tivesse|pudesse)|fosse|tivesse|teria|seria|estaria|faria|oxalá', ' if '],
  ['conta (?:de )?(?:demo|demonstração|teste|treino|simulada|virtual)|dinheiro (?:fictício|virtual|de mentira)|simulador|torneio', ' paper trade '],
  ['curta|siga|marque|concorrer|sala vip|canal premium|grupo premium|assinantes|link na bio|cupom|código|indicação|patrocinad[oa]|bônus', ' giveaway '],
  ['aham|k{3,}|rsrs\\p{L}*|cartão de crédito|sogra|confia', ' yeah right '],
  ['zer(?:ei|ado|ada|amos|ando)|liquid(?:ei|ado|amos)|estopad[oa]|estopei|stopad[oa]|realizei|parcial feita|reduzi\\p{L}*', ' closed my '],
  ['desde já|agora mesmo|agorinha|neste momento|a preço de mercado|nesse instante|hoje mesmo', ' now '],
  ['(?:se|caso) (?:perder|romper|cair de|passar de|subir de|furar|bater|fechar (?:abaixo|acima) de)(?: os)? ([\\d.,]*\\d),? (?:tô fora|estou fora|tchau|fora|saio|vou embora|assumo(?: o prejuízo)?|encerro|pulo fora|corto)', ' sl $1 '],
  ['risco até|limite de perda|perda máxima|proteção|errado (?:abaixo|acima) de|(?:estou|tô) errado (?:em|abaixo|acima)(?: de)?|stop (?:curto|apertado|largo|longo|técnico)(?= (?:em|a|no|abaixo|acima)? ?\\d)', ' sl '],
  ['(?:e )?(?:busco|buscando|buscar|miro|mirando|mira|rumo|vamos)(?: a| aos| os| em| até| nos)? (?=\\d)|recompro em (?=\\d)|parcial nenhuma', ' target '],
  ['(?:tô|estou|fico|fiquei|continuo|sigo)? ?vendid[oa](?= (?:em|no|na|a|desde já|now))(?<!(?:fiquei|continuo|sigo) \\p{L}+)', ' opening short '],
  ['(?:tô|estou|fico) comprad[oa]', ' opening long '],
  ['acabei de (?:abrir|entrar|montar|pegar|fazer)', ' opening '],
  ['(?:montei|peguei|fiz|abri)(?= (?:agora|now|\\p{L}+ na compra now))', ' opening '], ['peguei(?=[^.\\n]{0,40} (?:agora|now))', ' opening '],
  ['na compra', ' buy '], ['posição comprada', ' long '], ['posição vendida', ' short '],
  ['dólar[ /]iene', ' USD/JPY '], ['euro[ /]?dólar', ' EUR/USD '], ['o cabo', ' GBP/USD '],
  ['libra ?/ ?dólar', ' GBP/USD '], ['euro ?/ ?dólar', ' EUR/USD '], ['dólar ?/ ?iene', ' USD/JPY '], ['shortado|shortei|shortando', ' opened short '],
  ['ponta comprada', ' long '], ['ponta vendida', ' short '], ['alavancad[oa]|alavanca', ' leverage '], ['a descoberto', ' short '], ['saída|saio em|parcial em|realizo em|sai tudo em', ' target '],
  ['tô dentro|estou dentro|dentro', ' opening '], ['saio (?:abaixo|acima) de|fora (?:abaixo|acima) de|invalidação', ' sl '], ['agora há pouco|acabei de', ' just now '],
  ['não (?:compr\\w*|vend\\w*|entr\\w*|abr\\w*|é hora|vou)', ' do not trade '],
  ['nunca|jamais|evit(?:ar?|em|e)|fuja|longe de', ' do not trade '],
  ['(?:entrei|entramos) comprad[oa]s?', ' opened long '], ['(?:entrei|entramos) vendid[oa]s?', ' opened short '],
  ['comprei|comprou|compramos ontem|compraram|comprado', ' bought '],
  ['vendi|vendeu|venderam|vendido', ' sold '],
  ['abri|entrei|abriu|aberto', ' opened '],
  ['fech(?:ei|ou|ado|ada|amos|ando|ar|o)|encerr\\w+|saí|saindo|realiz(?:ei|ando|amos|ar) (?:lucros?|o lucro)|lucro no bolso', ' closed my '],
  ['ontem|semana passada|há (?:\\w+ )?(?:dias?|semanas?|meses|horas?)|ganhei|lucrei|resultados?|resumo|sigo|continuo|tinha|estava', ' yesterday '],
  ['(?:bateu|atingiu|tocou|batido|atingido)', ' was hit '],
  ['se(?= )|caso|só se|somente se|apenas se|a menos que|quando|assim que|até que|depois d[eoa]|após|espero|esperar|esperando|aguardando|aguardo|romper|rompendo|rompimento|perder os', ' if '],
  ['talvez|quem sabe|poderia|deveria|compraria|venderia|pensando|planejo|pretendo|gostaria|amanhã|próxima semana|quero|vou', ' maybe '],
  ['imagine|suponha|por exemplo|exemplo|aula|curso|demo|simulad[oa]|backtest', ' for example '],
  ['diz(?:em)?|disse|segundo|falou|recomenda', ' says '],
  ['alguém|o que acham|vale a pena|será que|devo|opiniões|compro ou', ' should i '],
  ['grátis|sorteio|brinde|promoção|inscreva|grupo vip|chama no', ' giveaway '],
  ['alvos?|objetivos?|metas?|realização(?: de lucros?)?|tp(?!\\d)', ' target '],
  ['par|ativo|moeda', ' pair '], ['direção|sentido|operação', ' direction '], ['futuros', ' futures '], ['depois', ' / '], ['imediat[oa]|a mercado', ' now '], ['stop(?: |-)?loss|sl(?!\\d)', ' sl '], ['(?:preço|zona|faixa|região) de entrada|preço|entradas?', ' entry '], ['alavancagem', ' leverage '],
  ['compr(?:o|a|ar|amos|ando|em)|na compra', ' buy '], ['vend(?:o|e|er|emos|endo|am|a)|na venda', ' sell '],
  ['comprad[oa]s?', ' long '], ['vendid[oa]s?', ' short '],
  ['abrindo|abro|abrimos|entrando|entro|entramos', ' opening '], ['recomendamos|recomendação|sinal|operação|nova|nossa', ' recommend '],
  ['ouro', ' gold '], ['prata', ' silver '], ['petróleo', ' oil '], ['cobre', ' copper '], ['libra', ' pound '],
  ['olá|oi|bom dia|boa sorte|sorte|obrigado|galera|pessoal|sou|novo|novato|iniciante|volume|tendência|suporte|resistência|risco|mercado|preço|forte|fraco|força|muito|pouco|bem|apertado|curto|paciência|vamos|vida|torçam|mim|primeir[oa]|semana|dia|máximo|isolad[oa]|margem|gerencie|seu|trade|setup', ' '],
  ['acab(?:ei|amos) de', ' now '], ['agora|já|hoje', ' now '], ['aqui', ' here '], ['e', ' and '], ['com', ' with '], ['a partir de|em|a|por|na|no|nos|nas', ' at '], ['entre', ' between '],
  ['um|uma', ' a '], ['o|os|as|de|do|da|dos|das|meu|minha', ' the '], ['primeir[oa]|segund[oa]|terceir[oa]', ' first '],
  ['volume|tendência|suporte|resistência|mercado|estoques|volatilidade|liquidez|candle|gráfico|faixa|canal|fôlego|momento', ' trend '],
  ['mão leve|mão pequena|bora|gente|família|então|por isso|é|que|de novo|como sempre|por enquanto|pouc[oa]|muit[oa]s?|tamanho|pequen[oa]s?|lev[ea]|perdeu|perdendo|segur(?:a|ou)|respeit(?:a|ou)|defend(?:eu|e)|esticad[oa]|demais|cansad[oa]|sobrecomprad[oa]|sobrevendid[oa]|caro|barato|subindo|caindo|sobe|cai|fácil|clar[oa]|limp[oa]|bonit[oa]|bom|boa|melhor|nível|swing|intraday|day trade|metade|inteira|risco|seus?|suas?|meus?|para|pra|mas|também|só|sempre|outr[oa]|curto|colad[oa]|galera|hoje', ' '],
]; // prettier-ignore

const FRENCH: Dictionary = [
  ["sur (?:l'|le |la )?([a-z$#]{2,6})(?= )", ' on $1 '],
  ['(?:risque|je risque)(?: de| limité à| max| seulement)* ?\\d[\\d.,]* ?%(?: du compte| du capital| du portefeuille)?', ' '],
  ["sans blague|pas une blague|sérieusement|pour de vrai|c'est pas une blague", ' '],
  ["hors de question|même pas en rêve|plutôt mourir|pas question|sûrement pas|certainement pas|rien à (?:acheter|vendre)", ' do not trade '],
  ["(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)(?: dernier)?(?= |,)|le mois dernier|l'an dernier|j'étais|sont tombés|est tombé|a payé|ont payé|passé à la caisse", ' yesterday '],
  ["beau-frère|belle-mère|mon (?:cousin|oncle|frère|chef|patron|voisin|père|pote|ami|collègue)|ma (?:cousine|tante|sœur|mère|copine|voisine)|ami[es]*|pote[s]?|voisin|gourous?|influenceu\\p{L}+|analystes?|baleines?|banques?|fonds|youtubeu\\p{L}+|prof|tiktok", ' my friend says '],
  ["si j'avais|j'aurais|aurait|serais|serait|ferais|si seulement", ' if '],
  ["compte (?:de )?(?:démo\\p{L}*|test|d'entraînement|fictif|virtuel)|argent (?:fictif|virtuel)|simulateur|tournoi|sur papier", ' paper trade '],
  ["membres payants|réservé|lien en (?:bio|profil)|groupe privé|abonnés|code promo|sponsorisé|bonus|formation", ' giveaway '],
  ["mais oui|bien sûr|mdr+|ptdr|loyer|lol+|c'est sûr|que pourrait-il", ' yeah right '],
  ["liquid(?:é|er|ons)|débouclé\\p{L}*|allégé\\p{L}*|allège|j'ai (?:encaissé|soldé|coupé)|stoppé", ' closed my '],
  ["à l'instant|tout juste|en ce moment|dès à présent|au prix du marché|au marché|là maintenant|ce matin même", ' now '],
  ["(?:si (?:ça|on|le prix|le cours)? ?(?:casse|perd|passe|dépasse|tombe|clôture)(?: sous| au-dessus de| à)?) ([\\d., ]*\\d),? (?:je sors|je coupe|dehors|c'est fini|terminé|j'arrête|je me suis trompé)", ' sl $1 '],
  ["je (?:me )?(?:coupe|sors|trompe) (?:si |sous |au-dessus de |à )(?:ça casse |on casse )?(?=\\d)|perte max(?:imale)?|protection|garde-fou|ordre stop|invalidé\\p{L}* (?:sous|à|au-dessus de)", ' sl '],
  ["(?:et )?(?:je vise|vise|on vise|visant|viser|je cherche|direction|en route vers|retour (?:à|vers))(?: les?)? (?=\\d)|rachat (?:à|vers) (?=\\d)|sortie (?:visée|prévue)|je sors à (?=\\d)", ' target '],
  ['position (?:ouverte|prise) *(?:now)? *(?=:)', ' opening '],
  ["je me place|je me mets|je me suis mis", ' opening '], ["à l'achat", ' buy '], ['à la vente', ' sell '],
  ["je (?:r?entre|suis) (?:acheteur|acheteuse)|je passe acheteur", ' opening long '], ["je (?:r?entre|suis) (?:vendeur|vendeuse)|je passe vendeur", ' opening short '],
  ["(?:on|je|nous) short(?:e|ons)", ' short '], ["(?:on|je|nous) longu?(?:e|ons)", ' long '],
  ['le câble|câble', ' GBP/USD '], ["argent métal|l'argent métal", ' silver '], ['euro[- ]dollar', ' EUR/USD '], ['dollar[- ]yen', ' USD/JPY '],
  ["j'ach[eè]te|nous achetons|on achète", ' buy '], ["l'([a-z]{3}/?[a-z]{3}|eth\\p{L}*|avax|ada|xrp|euro)", ' $1 '],
  ['livre ?/ ?dollar', ' GBP/USD '], ['euro ?/ ?dollar', ' EUR/USD '], ['dollar ?/ ?yen', ' USD/JPY '], ['vendeur|vendeuse', ' short '], ['acheteur|acheteuse', ' long '], ['sortie visée', ' target '], ['dès (?:maintenant|ce matin)', ' now '],
  ['(?:je )?viens (?:juste )?(?:de prendre|d\'ouvrir|d\'entrer|de rentrer|d\'acheter)', ' opening '],
  ['sortie|sorties', ' target '], ["once d'or|l'once", ' gold '], ['en position|position prise|ordre (?:exécuté|passé)|exécuté|actif|vrai ordre', ' '],
  ['je rentre|je me positionne|rentre|positionné', ' opening '], ['je coupe (?:sous|au-dessus de|à)|coupure (?:sous|à)|invalidation', ' sl '], ['moi', ' '],
  ["n'(?:achet\\w*|entr\\w*|ouvr\\w*) (?:pas|plus|surtout pas|jamais)|ne (?:\\w+ )?(?:pas|plus|jamais) (?:\\w+ )?|ne \\w+ (?:pas|plus|jamais)|surtout pas|jamais|évit(?:er|ez|e)", ' do not trade '],
  ['(?:j’|j\')?(?:ai|avais|a|ont|avons) (?:\\w+ )?(?:acheté|pris)|acheté[es]*', ' bought '],
  ['(?:ai|a|ont|avons) (?:\\w+ )?vendu|vendu[es]*|shorté|longué', ' sold '],
  ['ouvert|entré|pris (?:un|une)', ' opened '],
  ['clôtur\\w+|ferm(?:é|er|e|ons|ez)|soldé|sorti|je sors|coup(?:é|e) (?:mon|ma|le|la)|prise de (?:profits?|bénéfices?) (?:sur|partielle)|je prends mes (?:profits|gains)|encaiss\\w+', ' closed my '],
  ['hier|la semaine dernière|le mois dernier|il y a (?:\\w+ )?(?:jours?|semaines?|mois)|gagné|résultats?|bilan|toujours (?:en|long|short|dans)|depuis (?:lundi|hier|mardi|la)|était|étais', ' yesterday '],
  ['touché|atteint|atteinte', ' was hit '],
  ["s'il|s’il|si(?= )|seulement si|à condition|sauf si|quand|lorsque?|dès que|une fois|en cas de|après (?:la|une|le|un)|j'attends|attendre|attends|attendons|en attente|casse|cassure|franchi\\w*", ' if '],
  ["peut-être|je pense|pourrais?|pourrait|devrais?|achèterais?|vendrais?|j'achèterai|j'envisage|envisager?|je réfléchis|je songe|tenté|demain|semaine prochaine|j'aimerais|je veux|je vais|je compte", ' maybe '],
  ['imagin(?:ez|ons|e)|supposons|par exemple|exemple|leçon|cours|démo|fictif|backtest', ' for example '],
  ["dit|disent|selon|d'après|recommande(?! d)|conseille", ' says '],
  ["faut-il|dois-je|qu'en pensez|vous en pensez|quelqu'un|avis|vaut-il|ça vaut|est-ce|acheter ou|pourquoi", ' should i '],
  ['gratuit|concours|cadeau|rejoignez|abonnez|parrainage|canal vip', ' giveaway '],
  ['objectifs?|cibles?|prise de (?:profits?|bénéfices?)|tp(?!\\d)', ' target '],
  ['stop(?: |-)?loss|stop suiveur|sl(?!\\d)', ' sl '], ['paire|actif', ' pair '], ['sens|direction', ' direction '], ['puis|ensuite', ' / '], ['immédiat[es]*', ' now '], ["prix d'entrée|zone d'entrée|entrées?|point d'entrée|prix", ' entry '], ['effet de levier|levier', ' leverage '],
  ["(?:j’|j')?ach(?:ète|etons|eter|etez|at|ats)", ' buy '], ['vend(?:s|ons|re|ez)?|ventes?|à la vente', ' sell '], ['je short(?:e|er)?|short(?:er|e|ons)', ' short '], ['je long(?:ue|uer)?', ' long '], ['à découvert', ' short '], ["à l'achat", ' buy '],
  ["j'ouvre|ouvre|ouvrons|j'entre|entrons|on entre|je prends|nous prenons", ' opening '], ['nous recommandons|recommandons|recommandation|signal|nouveau|nouvelle|idée', ' recommend '],
  ["(?:d')?(?:l')?or(?= |$|,|:|\\n)", ' gold '], ["(?:l')?argent", ' silver '], ['pétrole|brut', ' oil '], ['cuivre', ' copper '], ["l'euro", ' euro '], ['livre', ' pound '],
  ["à l'instant", ' just now '], ['bonjour|salut|bonne chance|merci|à tous|débute|débutant|petit|petite|volume|tendance|support|résistance|risque|marché|prix|fort|faible|force|suit|très|peu|bien|serré|patience|équipe|allez|première?|semaine|jour|aujourd.hui|position|max|isolé|croisé|marge|gérez|votre', ' '],
  ['je passe|on passe|je me mets', ' going '], ['(?:je )?viens (?:juste )?(?:de|d)|venons de', ' now '], ['je suis|suis|nous sommes', " i'm "], ['maintenant|tout de suite', ' now '], ['ici', ' here '], ['et', ' and '], ['avec', ' with '], ['à partir de|à|au|autour de|vers', ' at '], ['sur', ' on '], ['entre', ' between '],
  ['un|une', ' a '], ['je|nous', ' i '], ['le|la|les|du|des|de|mon|ma|en|sous', ' the '], ['premi(?:er|ère)|deuxième|second', ' first '],
  ['volume|tendance|support|résistance|marché|stocks|volatilité|liquidité|bougies?|graphique|canal|dynamique|élan', ' trend '],
  ["métal|repart|cale|rebondit|tient|a tenu|tenu|respecte|défendu|défend|s'essouffle|essoufflé|fatigué|suracheté|survendu|cher|monte|baisse|facile|clair|propre|joli|beau|bonne?|meilleur|niveau|zone|sa|son|ses|ce|cette|ces|taille|petite?s?|légère?|moitié|demi|c'est|parti|donc|du coup|encore|toujours|comme|que|mais|pour|aussi|seulement|court|swing|intraday|scalp|prudence|allez|les amis|tout le monde|équipe|limité\\p{L}*|on|moi", ' '],
]; // prettier-ignore

const GERMAN: Dictionary = [
  ['(?:limit|limitorder|order|kauforder|verkaufsorder|auftrag) (?:liegt|steht|wartet|ist platziert|platziert)', ' waiting '],
  ['(?:risiko|riskiere)(?: von| nur| maximal| max| liegt bei)* ?\\d[\\d.,]* ?%(?: vom| des)?(?: depots?| kontos?| kapitals?)?', ' '],
  ['kein (?:witz|scherz|spaß)|im ernst|ernsthaft|ehrlich', ' '],
  ['mich bringt keiner|nie im leben|auf keinen fall|um nichts in der welt|im leben nicht|keine chance|keiner', ' do not trade '],
  ['(?:am|letzten|vergangenen) (?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)|letztes jahr|letzten monat|neulich|damals|kam das ziel|aufgegangen|gelaufen', ' yesterday '],
  ['schwager|schwiegermutter|mein (?:cousin|onkel|bruder|chef|nachbar|vater|kumpel|freund|kollege)|meine (?:cousine|tante|schwester|mutter|freundin|nachbarin|kollegin)|kumpel|nachbar|gurus?|influencer|analysten?|wale?|bank(?:en)?|fonds|youtuber|lehrer', ' my friend says '],
  ['hätte|wäre|würd(?:e|en)|hätten|wären', ' if '],
  ['musterdepot|übungskonto|demokonto|testkonto|spielgeld|simulator|planspiel|börsenspiel|papierhandel', ' paper trade '],
  ['nur für mitglieder|mitglieder|link im profil|link in der bio|gutschein\\p{L}*|rabatt\\p{L}*|werbung|bonus|seminar', ' giveaway '],
  ['klar doch|ja klar|na klar|haha\\p{L}*|miete|was soll schon|sicher doch', ' yeah right '],
  ['eingesammelt|eingestrichen|aufgelöst|liquidiert|abgestoßen|reduziert|eingetütet|rausgegangen|beendet', ' closed my '],
  ['ab sofort|gerade eben|in diesem moment|soeben|eben gerade|zum marktpreis|zu markt|market', ' now '],
  ['(?:fällt|bricht|steigt|geht) (?:er|es|der kurs|sie)? ?(?:unter|über|durch) ([\\d.,]*\\d),? (?:bin ich raus|raus|ist schluss|steige ich aus)|(?:unter|über) ([\\d.,]*\\d) (?:liege ich falsch|ist die idee tot|breche ich ab)', ' sl $1$2 '],
  ['absicherung|abgesichert|verlustgrenze|notausgang|reißleine|ungültig|invalidierung|stopp? (?:liegt|sitzt|kommt|steht|ist|wird)(?: gesetzt)?|stopp? (?:eng|knapp|weit)(?= (?:bei|unter|über)? ?\\d)', ' sl '],
  ['gewinnmitnahme(?= (?:bei|um|ab)? ?\\d)|ausstieg(?:sziel)?|ausgang|(?:ich )?peile|(?:ich )?ziele auf|rückkauf (?:bei|um) (?=\\d)|glattstellung (?:bei|geplant bei) (?=\\d)|richtung (?=\\d)', ' target '],
  ['steige? bei ([\\p{L}$#]+) (?:mit|bei|zu|um) ([\\d.,]*\\d) (long|short) ein', ' opening $3 $1 $2 '], ['steige? (?:in )?([\\p{L}$#]+) (long|short) ein', ' opening $2 $1 '],
  ['(?:bin |ich bin )?(?:soeben|gerade|jetzt|now) (long|short) gegangen|(?:bin |ich bin )?(long|short) gegangen(?= bei)(?=[^]*\\bst?op)', ' now opening $1$2 '],
  ['gekauft,? (?=now)|(?:gerade|soeben|eben) gekauft|gekauft,? (?:gerade eben|gerade|soeben)', ' now buy '],
  ['(?:ich )?short(?:e|en)', ' short '], ['(?:ich )?long(?:e|en)', ' long '],
  ['([\\p{L}\\d]+)-(long|short)', ' $1 $2 '], ['(?:ist|sind) (?:drin|aktiv|offen|im markt)|bin dabei|ist gesetzt', ' opening '],
  ['(\\d+)(?:-fach\\p{L}*|fach\\p{L}*|er-hebel)', ' $1x '],
  ['euro[- ]dollar', ' EUR/USD '], ['dollar[- ]yen', ' USD/JPY '], ['kabel', ' GBP/USD '], ['pfund[- ]dollar', ' GBP/USD '],
  ['pfund ?/ ?dollar', ' GBP/USD '], ['euro ?/ ?dollar', ' EUR/USD '], ['dollar ?/ ?yen', ' USD/JPY '], ['leerverkauf|leerverkaufe', ' short '], ['zweifach\\p{L}*', ' 2x '], ['dreifach\\p{L}*', ' '], ['fünffach\\p{L}*', ' '], ['zehnfach\\p{L}*', ' '],
  ['(?:bin|habe|bin gerade|gerade) (?=[^.\\n]{0,40}(?:gegangen|eröffnet|eingestiegen|gekauft|aufgemacht))', ' '],
  ['(unter|über) ([\\d.,]+) (?:bin ich|ist) (?:raus|draußen|schluss|ende)', ' sl $2 '], ['(?:oben|unten|bei) ?(?:nehme ich|nehmen wir)|nehme ich', ' target '],
  ['(\\d+)er hebel', ' $1x '], ['hand drauf|neuer versuch|wieder dabei|frisch(?:e|er)?|position', ' '], ['einstand|kaufkurs|rein bei|eingang', ' entry '], ['leer(?:verkauf|verkäufe)', ' short '],
  ['(?:bloß |jetzt |bitte |auf keinen fall )?nicht(?: \\w+){0,3} (?:kaufen|verkaufen|shorten|longen|gehen)|nicht|kein(?:e|en)?|niemals|nie|finger weg|vermeide\\w*', ' do not trade '],
  ['gekauft|zugekauft|eingekauft', ' bought '], ['verkauft|geshortet|gelongt', ' sold '], ['eröffnet|eingestiegen|gegangen|aufgemacht', ' opened '],
  ['geschlossen|schließe|schließen|glattgestellt|ausgestiegen|steige aus|raus aus|gewinne? (?:mitgenommen|mitnehmen|realisier\\w+)|gewinnmitnahmen?|realisiert|teilgewinn\\w*|ausgestoppt', ' closed my '],
  ['gestern|letzte (?:woche|nacht)|letzten monat|vor (?:\\w+ )?(?:tagen|wochen|monaten|stunden)|gewonnen|ergebnisse?|rückblick|immer noch|weiterhin|war|waren|hatte|hatten|seit', ' yesterday '],
  ['erreicht|getroffen|ausgelöst', ' was hit '],
  ['wenn|falls|sofern|sobald|erst (?:wenn|nach|bei|ab)|nur (?:wenn|bei|nach)|nach (?:dem|einem|einer|der)|bei (?:ausbruch|einem|bruch|rücksetzer)|bricht|bruch|warte\\w*|abwarten|ausbruch', ' if '],
  ['vielleicht|eventuell|könnte\\w*|würde\\w*|sollte\\w*|überlege\\w*|denke (?:daran|darüber)|plane\\w*|möchte|morgen|nächste woche|will|werde|wollte', ' maybe '],
  ['angenommen|stell(?:t)? (?:dir|euch)|zum beispiel|beispiel|lektion|kurs(?!ziel)|demo\\w*|musterdepot|papertrad\\w*|backtest', ' for example '],
  ['sagt|sagte|laut|meint|empfiehlt|behauptet', ' says '],
  ['soll ich|sollte man|lohnt|meinung(?:en)?|was haltet|was meint|jemand|kaufen oder|long oder short|wieso|warum', ' should i '],
  ['gewinnspiel|verlosung|gratis|kostenlos\\w*|geschenkt|abonnier\\w*|tretet bei|vip-?gruppe', ' giveaway '],
  ['kursziele?|ziele?|zielzone|gewinnziel|tp(?!\\d)', ' target '], ['stop(?:p)?(?: |-)?(?:loss|kurs|marke)?|sl(?!\\d)', ' sl '],
  ['paar|basiswert', ' pair '], ['richtung', ' direction '], ['dann|danach', ' / '], ['einstieg(?:skurs|spreis|szone)?|einstand|entry', ' entry '], ['hebel', ' leverage '],
  ['(?:ich )?(?:kaufe?n?|kauft|nachkaufen)|kauf|kaufsignal', ' buy '], ['(?:ich )?(?:verkaufe?n?|verkauf|verkaufssignal)', ' sell '],
  ['ich gehe|wir gehen|gehe', ' going '], ['ich eröffne|eröffne|steige ein|wir eröffnen', ' opening '], ['wir empfehlen|empfehlung|empfehlen|signal|neuer?|neue', ' recommend '],
  ['gold', ' gold '], ['silber', ' silver '], ['öl|rohöl', ' oil '], ['kupfer', ' copper '], ['euro', ' euro '], ['pfund', ' pound '],
  ['hallo|moin|servus|viel erfolg|glück|danke|zusammen|leute|neuling|anfänger|kleine|volumen|trend|unterstützung|widerstand|risiko|markt|preis|stark|schwach|stärke|sehr|wenig|gut|eng|geduld|team|los|erste|woche|tag|heute|position|maximal|isoliert|ruhig|ist|sieht|aus|auch|mal|euer|euch|beachten', ' '],
  ['gerade(?: eben)?|soeben', ' now '], ['ich|wir', ' i '], ['bin|sind', ' '], ['eine?n?|einem', ' a '], ['jetzt|sofort|heute', ' now '], ['hier', ' here '], ['und', ' and '], ['mit', ' with '], ['bei|ab|um|zu', ' at '], ['zwischen', ' between '],
  ['der|die|das|ein|eine|einen|den|dem|im|in|meine?|unser', ' the '], ['long-position|longposition', ' long '], ['short-position|shortposition', ' short '], ['erst(?:es|er|e)|zweit(?:es|er|e)', ' first '],
  ['volumen|trend|unterstützung|widerstand|markt|lagerbestände|volatilität|liquidität|kerzen?|chart|spanne|kanal|momentum|schwung|nachfrage|angebot', ' trend '],
  ['passt|wirkt|hält|hielt|dreht|prallt ab|verteidigt|müde|erschöpft|überkauft|überverkauft|teuer|billig|günstig|steigt|fällt|läuft|sauber|schön|einfach|klar|besser|niveau|zone|größe|kleine?[rsnm]?|halbe?|ganze?|große?|vor dem wochenende|wochenende|deshalb|darum|daher|also|doch|aber|weil|wie immer|erstmal|vorerst|sein|seine|seinen|ihr|ihre|dieser?|diese|knapp|vor|nach|swing|intraday|daytrade|liegt|sitzt|steht|kommt|freunde|gemeinde|und zwar|wieder|vom|des|dem|den|am|von|für|als', ' '],
]; // prettier-ignore

const RUSSIAN: Dictionary = [
  ['вхожу (?:половин\\p{L}+|част\\p{L}+|четверт\\p{L}+|мал\\p{L}+|небольш\\p{L}+)(?: объ[её]м\\p{L}*| позици\\p{L}*)?', ' '], ['(?:по|на|в) ([a-z]{2,5}|link|линк\\p{L}*)(?= )', ' on $1 '],
  ['риск\\p{L}*(?: на сделку| не более| до| всего)* ?\\d[\\d.,]* ?%(?: от (?:депозита|депо|счёта|счета|капитала))?', ' '],
  ['без шуток|серь[её]зно|не шучу|шутки в сторону|спорить не буду', ' '],
  ['ни за что|ни за какие|ни в коем|да ни в жизнь|и не подумаю|никак', ' do not trade '],
  ['в(?:о)? (?:понедельник|вторник|среду|четверг|пятницу|субботу|воскресенье)|вставал\\p{L}*|входил\\p{L}*|заходил\\p{L}*|забрал\\p{L}*|снял\\p{L}*|принес\\p{L}*|дали|недавно|месяц назад', ' yesterday '],
  ['сосед\\p{L}*|шурин\\p{L}*|т[её]щ\\p{L}+|брат\\p{L}*|друг(?:а|у)?|приятел\\p{L}+|коллег\\p{L}+|начальник|тёст\\p{L}*|муж|жена|отец|гуру|блогер\\p{L}*|аналитик\\p{L}*|кит(?:ы|ов)?|банк(?:и|ов)?|фонд(?:ы|ов)?|инфлюенсер\\p{L}*|учитель|препод\\p{L}*', ' my friend says '],
  ['были бы|было бы|был бы|жаль', ' if '],
  ['на демо[\\p{L}-]*|демо-?сч[её]т\\p{L}*|учебн\\p{L}+|симулятор\\p{L}*|виртуальн\\p{L}+|тренировочн\\p{L}+|конкурсн\\p{L}+', ' paper trade '],
  ['закрыт\\p{L}+ канал\\p{L}*|приватн\\p{L}+|в профиле|ссылка|премиум\\p{L}*|промокод\\p{L}*|реклам\\p{L}*|бонус\\p{L}*|канал\\p{L}*', ' giveaway '],
  ['ага,|ну да|конечно|ха-?ха\\p{L}*|лол|ипотек\\p{L}+|квартир\\p{L}+|что может пойти|сот(?:ым|ое|ого) плеч\\p{L}*', ' yeah right '],
  ['ликвидир\\p{L}+|сбросил\\p{L}*|скинул\\p{L}*|выскочил\\p{L}*', ' closed my '],
  ['только что (?:открыл|зашёл|зашел|вошёл|вошел|встал|взял|купил|сел)[аи]?(?: в)?', ' now opening '], ['(?:взял|открыл|встал|зашёл|зашел|вош[её]л)[аи]?(?=[^.\\n]{0,40}(?:минут\\p{L}* назад|только что|прямо сейчас))', ' opening '], ['(?:пару |пять |минут[уы] )?минут\\p{L}* назад', ' now '],
  ['по рынку|с рынка|рыночн\\p{L}+ ордер\\p{L}*|в данный момент|прямо сейчас|теперь', ' now '],
  ['(?:встаю|становлюсь|сажусь|вхожу|захожу|иду|лезу|прыгаю|заскакиваю)(?: (?:в|на))?(?! \\d)', ' opening '], ['(?:я )?(?:уже )?в лонге', ' opening long '], ['(?:я )?(?:уже )?в шорте', ' opening short '],
  ['(?:выше|ниже|под|над) ([\\d.,]*\\d) (?:неправ\\p{L}*|выхожу|режу|ошибся|крою)|если (?:пробь[её]т|уйд[её]т|упад[её]т|вырастет)(?: ниже| выше| за)? ([\\d.,]*\\d),? (?:то )?(?:выхожу|режу|крою|ухожу)', ' sl $1$2 '],
  ['стоп(?:-?лосс?)? (?:за|под|над|ставлю(?: за| под| над| на)?|стоит на|убрал за|короткий|коротк\\p{L}+|жёсткий|жесткий)(?: на)? (?=\\d)|инвалидация|отмена идеи', ' sl '],
  ['(?:жду|ждём|иду на|смотрю на|еду до|едем до|метим в|держу до|держим до|на) (?=\\d[\\d.,]*(?: закрываю| фиксирую| забираю))|(?:жду|ждём|метим в|смотрю на|смотрим на|еду до|едем до|прицел на|выкуп на) (?=\\d)', ' target '], ['(?<=target ?\\d[\\d.,]*) (?:закрываю|фиксирую|забираю)', ' '],
  ['перв(?:ым|ое|ого) плеч\\p{L}*', ' 1x '], ['втор(?:ым|ое|ого) плеч\\p{L}*', ' 2x '], ['треть(?:им|е|его) плеч\\p{L}*', ' 3x '], ['четв[её]рт(?:ым|ое|ого) плеч\\p{L}*', ' 4x '], ['пят(?:ым|ое|ого) плеч\\p{L}*', ' 5x '], ['шест(?:ым|ое|ого) плеч\\p{L}*', ' 6x '], ['седьм(?:ым|ое|ого) плеч\\p{L}*', ' 7x '], ['восьм(?:ым|ое|ого) плеч\\p{L}*(?: \\(8x\\))?', ' 8x '], ['десят(?:ым|ое|ого) плеч\\p{L}*', ' 10x '], ['двадцат(?:ым|ое|ого) плеч\\p{L}*', ' 20x '],
  ['на покупку|покупк[аеу]', ' buy '], ['на продажу|в продаже|продаж[аеу]', ' sell '],
  ['насдак\\p{L}*|наздак\\p{L}*', ' NASDAQ '], ['сипи\\p{L}*|сноупи|s&p', ' US500 '], ['евродоллар|евробакс', ' EUR/USD '], ['кабель|кабел\\p{L}', ' GBP/USD '], ['медь|мед[иь]', ' copper '], ['тесл\\p{L}+', ' TSLA '], ['нвиди\\p{L}+', ' NVDA '], ['лайткоин\\p{L}*', ' LTC '], ['авакс\\p{L}*|аваланч\\p{L}*', ' AVAX '], ['тон(?:коин)?\\p{L}{0,2}', ' TON '],
  ['фунт ?/ ?доллар', ' GBP/USD '], ['евро ?/ ?доллар', ' EUR/USD '], ['доллар ?/ ?(?:иена|йена)', ' USD/JPY '],
  ['заб(?:ираю|ираем|ерём|рать) (?:на|по)|фикс(?:ация)? (?:на|по)|профит|тейк', ' target '], ['выход (?:при|под|над|ниже|выше)|отмена (?:при|ниже|выше)?', ' sl '],
  ['исполн\\p{L}+|налили|ордер|позици\\p{L}+|всё по плану|по рынку|рыночн\\p{L}+', ' '], ['встал[аи]?|сел[аи]?', ' opened '], ['иксов|икса|икс', ' '],
  ['не (?:\\p{L}+)|нельзя|никогда|избегайте|осторожно с|никаких', ' do not trade '],
  ['купил[аи]?|закупил\\p{L}*|набрал\\p{L}*|взял[аи]?', ' bought '], ['продал[аи]?|шортил[аи]?|зашортил\\p{L}*|лонговал\\p{L}*|залонговал\\p{L}*', ' sold '], ['открыл[аи]?|заш[её]л|зашли|вош[её]л|вошли', ' opened '],
  ['закр(?:ыл\\p{L}*|ываю|ываем|ыть|ыт\\p{L}*|ытие)|зафиксир\\p{L}*|фиксир\\p{L}*|выш(?:ел|ли)|выхожу|выходим|сократил\\p{L}*', ' closed my '],
  ['вчера|на прошлой неделе|в прошл\\p{L}+|назад|итоги|результат\\p{L}*|обзор сделки|заработал\\p{L}*|был[аи]?|держу|держим|сижу|стоял', ' yesterday '],
  ['достигнут\\p{L}*|взят[аы]?|сработал\\p{L}*|выбил\\p{L}*|отработал\\p{L}*|дошл\\p{L}+', ' was hit '],
  ['если|когда|как только|после|при (?:пробое|закреплении|откате|возврате|условии|ретесте)|в случае|пробь[её]т|пробоя?|жду|ждём|ждем|ожидаю|дождаться', ' if '],
  ['может(?: быть)?|возможно|наверное|думаю|планирую|планируем|хочу|хотел\\p{L}*|хотелось|собираюсь|завтра|на следующей неделе|буду|будем|откры(?:л бы|ть бы)|бы|присматриваюсь', ' maybe '],
  ['представ(?:ьте|им)|допустим|например|пример|урок|обучение|демо\\p{L}*|бумажн\\p{L}*|бэктест', ' for example '],
  ['говор(?:ит|ят)|сказал\\p{L}*|по словам|считает|советует|по мнению|пишет', ' says '],
  ['стоит ли|кто(?:-нибудь| нибудь)?|что думаете|как думаете|мнени[ея]|ли|лонг или шорт|почему|зачем|сколько', ' should i '],
  ['розыгрыш|бесплатно|подпис\\p{L}+|приглаша\\p{L}+|конкурс|раздача|реферал\\p{L}*|вип|vip', ' giveaway '],
  ['цел[ьяи]|таргет\\p{L}*|тейк(?:-| )?профит\\p{L}*|тейк\\p{L}*|тп', ' target '], ['стоп(?:-| )?лосс?\\p{L}*|стоп(?:ом|а|у)?|сл', ' sl '],
  ['пара|монета|актив', ' pair '], ['направление', ' direction '], ['затем|потом', ' / '], ['цена|точка входа|цена входа|вход|зона входа|входим|захожу|заходим', ' entry '], ['плеч[оа]м?', ' leverage '],
  ['лонг(?:ую|уем|овать|ом|а|у|уйте|е)?|длинн\\p{L}+', ' long '], ['шорт(?:ую|уем|ить|ом|а|у|им|ите|е)?|шорчу|коротк\\p{L}+', ' short '],
  ['покупа(?:ю|ем|ть|йте)|покупк\\p{L}+|куп(?:ить|им|ите)|беру|бер[её]м|докупаю', ' buy '], ['прода(?:ю|[её]м|ть|йте|жа|жу)', ' sell '],
  ['открываю|открываем|открыть|откройте|беру', ' opening '], ['рекоменд\\p{L}+|сигнал|сделка|новая|идея', ' recommend '],
  ['биток|битк\\p{L}+|битко(?:ин|йн)\\p{L}*', ' BTC '], ['эфир\\p{L}*', ' ETH '], ['солан\\p{L}*', ' SOL '], ['золот\\p{L}+', ' gold '], ['серебр\\p{L}+', ' silver '], ['нефт\\p{L}+', ' oil '], ['евро', ' euro '], ['фунт\\p{L}*', ' pound '], ['рипл\\p{L}*', ' XRP '], ['догикоин\\p{L}*|доге', ' DOGE '],
  ['всем|привет|удачи|спасибо|новичок|новенький|я|мы|мой первый|небольш\\p{L}+|объ[её]м\\p{L}*|тренд\\p{L}*|поддержк\\p{L}+|сопротивлени\\p{L}+|риск\\p{L}*|рынок|рынк\\p{L}+|цена|сильн\\p{L}+|слаб\\p{L}+|очень|мало|хорош\\p{L}+|коротк(?:ий|им) стоп\\p{L}*|терпени\\p{L}+|ребята|друзья|поехали|недел\\p{L}+|день|дня|максимум|изолированн\\p{L}+|маржа|соблюдайте|пятое|третье|десятое|доллар\\p{L}*', ' '],
  ['только что', ' now '], ['сейчас|прямо|сегодня', ' now '], ['здесь|тут', ' here '], ['и', ' and '], ['с|со', ' with '], ['от|по|на|около|в|из', ' at '], ['к|до', ' to '], ['х(?=$|[\\s,.])', 'x'], ['перв\\p{L}+|втор\\p{L}+', ' first '],
  ['объ[её]м\\p{L}*|тренд\\p{L}*|поддержк\\p{L}+|сопротивлени\\p{L}+|рын\\p{L}+|запас\\p{L}+|волатильност\\p{L}+|ликвидност\\p{L}+|свеч\\p{L}+|график\\p{L}*|диапазон\\p{L}*|канал\\p{L}*|импульс\\p{L}*|спрос\\p{L}*', ' trend '],
  ['половин\\p{L}+|четверть\\p{L}*|част\\p{L}+|удержал\\p{L}*|держит\\p{L}*|отскочил\\p{L}*|отскок\\p{L}*|перегрет\\p{L}*|перекупл\\p{L}+|перепродан\\p{L}*|устал\\p{L}*|раст[её]т|растут|пада[ею]т|падает|дорог\\p{L}*|д[её]шев\\p{L}*|поэтому|так что|снова|опять|пока|тоже|уже|как всегда|аккуратн\\p{L}+|мал(?:ым|ый|ая)|маленьк\\p{L}+|вес[её]лы[ей]|просто|всем|за|под|над|про|через|это|эт[аоу]|мо[ияё]|наш[аеи]?|свинг|интрадей|скальп|среднесрок|уров\\p{L}+|выглядит|смотрится|слаб[оы]|чуть|депозит\\p{L}*|депо|соблюдаем|вхожу', ' '],
]; // prettier-ignore

const CHINESE: Dictionary = [
  ['(?<!\\d),(?=\\d)', ', '],
  ['风险(?:控制)?(?:在|不超过|只有)?(?:总?资金|账户|本金|仓位)?的?\\d[\\d.]*%(?:以内|左右)?', ' '], ['仅供参考|不构成(?:投资)?建议|不是开玩笑|没开玩笑|认真的|非投资建议', ' '],
  ['打死|哪怕|绝不|绝对不|才不|千万别|休想|没门', ' do not trade '],
  ['(?:上?周|星期|礼拜)[一二三四五六日天](?!线)|(?<=\\d)进的|上次|去年|兑现|那会儿|当时|早就', ' yesterday '],
  ['表哥|表弟|朋友|同事|老板|邻居|群里|群友|大[vV]|博主|网红|投行|银行|基金|老婆|老公|丈母娘|舅舅|叔叔|某人|有个|别人', ' my friend says '],
  ['哈哈+|呵呵+|对对对|稳得很|开玩笑|梭哈房子|卖房|天台|百倍|千倍|狗头|反正不是我的钱', ' yeah right '],
  ['我才(?=[做买卖开进空多])|有钱的话|要有钱|假使|倘若', ' if '],
  ['合理不|对不对|好不好|行不行|可不可以|合适不|靠谱不|怎么办|有没有', ' should i '],
  ['主页链接|名额|返利|加我|私信|会员群|vip|内部群|付费|订阅', ' giveaway '],
  ['(?<=\\d)(?:走了|跑了|出了|撤了|溜了|下车了?|收了|平了|止盈了)|(?:走了|跑了|撤了)(?=[,，。.\\s]|$)|砍仓|砍了|扛单', ' closed my '],
  ['(?:跌破|涨破|破|穿|站上|涨过|跌穿|失守|突破)([\\d.]+)(?:就|我就|立刻|马上)?(?:走人|走|跑|认错|认输|认栽|止损|出局|撤|砍|离场|出场)', ' sl $1 '],
  ['([\\d.]+)(?:认输|认栽|砍掉|离场|走人)', ' sl $1 '], ['([\\d.]+)(?:收工|落袋|获利了结|出场|平)(?![\\p{Script=Han}\\d])', ' target $1 '],
  ['(?:止损|防守)位?(?:放在?|设在?|挂在?|在|给|带)', ' sl '], ['(?<![止亏])损(?=[:：]?\\d)', ' sl '], ['(?:止盈|目标)位?(?:看到?|先看|放在?|设在?|在)|(?:先看|看|目标先看|第一目标|第二目标)(?=\\d)|(?<![止])盈(?=[:：]?\\d)|(?:止盈|目标)[一二三四]', ' target '],
  ['二十倍(?:杠杆)?', ' 20x '], ['十倍(?:杠杆)?', ' 10x '], ['五倍(?:杠杆)?', ' 5x '], ['四倍(?:杠杆)?', ' 4x '], ['三倍(?:杠杆)?', ' 3x '], ['[两二]倍(?:杠杆)?', ' 2x '], ['八倍(?:杠杆)?', ' 8x '],
  ['品种|合约(?=:)|交易品种|标的物', ' pair '], ['交易(?=信号|方向|计划|机会)', ' '], ['操作(?=:)', ' direction '],
  ['欧元(?:兑|/)?美元', ' EUR/USD '], ['英镑(?:兑|/)?美元', ' GBP/USD '], ['美元(?:兑|/)?日元', ' USD/JPY '], ['澳元(?:兑|/)?美元', ' AUD/USD '], ['恒指', ' HK50 '], ['日经', ' NIKKEI '], ['德指', ' DAX '], ['苹果', ' AAPL '], ['微软', ' MSFT '], ['索拉纳|索拉', ' SOL '], ['布伦特(?:原油)?', ' BRENT '],
  ['(?:反手|顺势|继续|果断|轻仓|直接)?(?:进|(?<!直)接|来|跟|补|搞|上|挂|开|拿)了?(?:一?[点手些波])?多(?:单)?', ' long '], ['(?:反手|顺势|继续|果断|轻仓|直接)?(?:进|(?<!直)接|来|跟|补|搞|上|挂|开|拿)了?(?:一?[点手些波])?空(?:单)?', ' short '],
  ['(?:现价|市价|这里|(?<=\\d))空(?=[ #$]?[A-Za-z])', ' short '], ['(?:现价|市价|这里|(?<=\\d))多(?=[ #$]?[A-Za-z])', ' long '],
  ['市价', ' now '], ['(?<=\\d)接了', ' opened '],
  ['([\\d.]*\\d)(?:止损|出局|破位|认错)(?! ?[:：=@は]? ?\\d)', ' sl $1 '], ['([\\d.]*\\d)(?:止盈|目标|获利|出货)(?! ?[:：=@は]? ?\\d)', ' target $1 '], ['([\\d.]*\\d)(?:进|入|开)(?![\\p{Script=Han}])', ' entry $1 '],
  ['(?:破|跌破|涨破|升破)([\\d.]+)(?:就)?(?:认错|止损|出局|走人)', ' sl $1 '], ['(?<![做开看买卖低高追沽])空(?=[,，\\s]|$)', ' short '], ['(?<![做开看买卖低高追沽])多(?=[,，\\s]|$)', ' long '], ['伦敦金|现货黄金', ' gold '], ['多进去了?|多进', ' long opened '], ['空进去了?|空进', ' short opened '],
  ['已?成交', ' opened '], ['[一二三四五六七八九十]+倍', ' '], ['不等了|直接', ' '],
  ['不要|不能|不可|别|勿|切勿|不建议|不推荐|不做|没有?必要|禁止|不会|不敢|避免', ' do not trade '],
  ['(做多|做空|开多|开空|买入?|卖出?|进场|入场|抄底|多单|空单)(?:过|了|已进|已入)', ' $1 opened '],
  ['开了|开仓了|上车了?', ' opened '],
  ['已经?(?:做多|做空|开多|开空|买入|卖出|进场|入场)', ' bought '],
  ['已经|已(?=全部|平|止|出)|拿到|吃到|昨天|昨日|昨晚|上周|上个?月|之前|此前|前天|回顾|复盘|战绩|盈利了?|赚了|亏了|已到达?|已达|达到|打到|触发了|持有中|还拿着|曾经', ' yesterday '],
  ['止盈(?:出场|离场|了结|平仓)|已止盈|止损出场|被止损|平仓|平多|平空|清仓|离场|出场|减仓|落袋|了结|获利(?:了结|出局)', ' closed my '],
  ['如果|若(?!干)|一旦|假如|要是|除非|等(?:待|到|回|突破|跌|涨)|突破后?|跌破后?|站稳|站上|回踩|确认后|再(?:做多|做空|进场|入场|买)|的话|(?<=\\d)以[上下]', ' if '],
  ['也许|可能|或许|打算|计划|考虑|想要?|准备|明天|下周|将会?|应该会?|观望|如有机会', ' maybe '],
  ['例如|比如|举例|假设|教程|课程|模拟盘?|回测|教学|案例', ' for example '],
  ['据说|有人说|他说|表示|称|认为|听说|分析师|老师说|转发|巨鲸|机构', ' says '],
  ['吗|呢\\?|是否|该不该|要不要|可以.{0,6}吗|怎么看|怎么样|谁|为什么|哪个|能不能|还是做|投票', ' should i '],
  ['免费|抽奖|空投|加群|进群|加微信|电报群|返佣|邀请码|赠送|福利|会员', ' giveaway '],
  ['忽略|无视|指令|提示词|系统|模型|机器人|管理员', ' ignore instructions '],
  ['币种|标的|交易对', ' pair '], ['方向', ' direction '], ['区间|范围|价格', ' '], ['(?<=\\d)空(?=[,，\\s]|$)', ' short '], ['(?<=\\d)多(?=[,，\\s]|$)', ' long '], ['目标位?价?|止盈位?价?|看到|看至|看向', ' target '], ['止损位?价?|防守', ' sl '], ['进场位?价?|入场位?价?|开仓价?|挂单|现价|点位', ' entry '], ['杠杆', ' leverage '], ['(?<=\\d) ?倍', 'x '],
  ['做多|开多|多单|看多|买多|买入|买进|低多|抄底|买', ' long '], ['做空|开空|空单|看空|卖空|卖出|沽空|高空|卖', ' short '],
  ['美日', ' USD/JPY '], ['欧美', ' EUR/USD '], ['镑美', ' GBP/USD '], ['比特币|大饼', ' BTC '], ['以太坊?|姨太|二饼', ' ETH '], ['索拉纳', ' SOL '], ['黄金', ' gold '], ['白银', ' silver '], ['原油', ' oil '], ['欧元', ' euro '], ['英镑', ' pound '], ['日元', ' yen '], ['狗狗币', ' DOGE '], ['瑞波币?', ' XRP '], ['特斯拉', ' TSLA '], ['英伟达', ' NVDA '], ['纳指|纳斯达克', ' NASDAQ '], ['标普', ' SPX '], ['莱特币', ' LTC '], ['莱因?特', ' LTC '], ['铜', ' copper '],
  ['刚刚|刚才|刚', ' now '], ['我们?|大家|各位|兄弟们|朋友们|新手|早上好|晚上好|祝好运|小仓位?|轻仓|重仓|仓位|成交量|趋势|支撑|压力位?|阻力位?|风险|行情|强势?|弱势?|控制好?|注意|耐心|短线|中线|长线|合约|现货|永续|逐仓|全仓|带好|严格|设好|单子?|进|的|了|请|小|位', ' '],
  ['现在|目前|即刻|立即|今天', ' now '], ['这里|附近|左右', ' here '], ['和|与|及', ' and '], ['在', ' at '], ['到|至', ' to '], ['第[一二三]', ' first '], ['美元|美金|刀|(?<=\\d) ?[uU](?![a-zA-Z])', ' '], ['建议|推荐|信号|策略', ' recommend '],
  ['交易|量能|配合|守住|企稳|太热|过热|偏强|偏弱|强劲|疲软|放量|缩量|反弹|回调到位|试试|自行|斟酌|把握|请自己|看着办|操作|止跌|上方|下方|前高|前低|日线|四小时|小时线|级别|结构|形态|多头|不变|继续|库存|下降|上升|增加|数据|美联储|情绪|资金费率|站稳|已经|量|能|放|个|也|又|都|就|这波|这里|先|吧|啊|哦|呀|了|啦', ' '],
]; // prettier-ignore

const JAPANESE: Dictionary = [
  ['(?<!\\d),(?=\\d)', ', '],
  ['リスク(?:は|を)?(?:資金|口座|証拠金|総資金|余力)?の?\\d[\\d.]*%(?:です|まで|以内|のみ|に抑え\\S{0,3})?', ' '], ['冗談(?:じゃ|では)(?:ない|ありません)|冗談抜き|マジで|本気で|投資助言ではありません|自己責任で', ' '],
  ['ありえない|あり得ない|絶対(?:に)?(?=し|買|売|や)|だけは|とんでもない|論外|手を出さない', ' do not trade '],
  ['[月火水木金土日]曜日?(?:に|は|の)?|終わりました|終わった|終了しました|取れました|取れた|伸びました|いただきました|ごちそうさま|先日|去年', ' yesterday '],
  ['義兄|義母|友達|友人|上司|同僚|先輩|彼氏|彼女|先生|師匠|母|父|妻|嫁|旦那|夫|お?隣|インフルエンサー|銀行|ファンド|ヘッジファンド|配信者|YouTuber|いわく|だそう|らしく', ' my friend says '],
  ['はいはい|[wｗ]{2,}|笑|草|実家|全力で家|知らんけど|もちろん嘘|100倍', ' yeah right '],
  ['はず|ければ|であれば|あれば|だったら|上抜け(?:て|した)|下抜け(?:て|した)', ' if '],
  ['悪くない|面白そう|良さそう|よさそう|ありかな|アリかな|チャンスか', ' maybe '],
  ['人いますか|合って(?:る|ます)|どうでしょう|大丈夫\\?', ' should i '],
  ['サロン|プロフ(?:ィール)?|リンク|限定|会員|有料|特典|紹介コード|公式LINE', ' giveaway '],
  ['降りました|降りた|降ります|抜けました|逃げました|閉じました|閉じた|切りました|建値撤退', ' closed my '],
  ['([\\d.,]*\\d)(?:ドル|円)?(?:を)?(?:上|下)?(?:割れ|抜け|超え|割ったら|超えたら|抜けたら|割り込んだら|越えたら)(?:たら|で)?(?:は)?(?:損切り?|撤退|逃げ|切り|ロスカット|諦め)(?:ます|る|します|ました)?', ' sl $1 '],
  ['([\\d.,]*\\d)(?:ドル|円)?(?:まで|で|に来たら|到達で)?(?:利食い|利確|決済)(?:予定|します|する|の予定)(?! ?[:：]? ?\\d)', ' target $1 '], ['([\\d.,]*\\d)(?:ドル|円)?(?:まで|を)(?:狙い(?:ます)?|狙う|見てます|見ています)', ' target $1 '], ['([\\d.,]*\\d)(?:ドル|円)?で(?:負けを認め|間違い|損切ります|損切る)\\S{0,3}', ' sl $1 '],
  ['売買(?:方向)?|種別', ' direction '], ['(ロング|ショート|買い|売り)(?:で|を|に)?(?:入り|入れ|乗り|仕掛け|持ち|建て)(?:ました|た)', ' $1 opened '],
  ['(ロング|ショート)(?:イン|IN|in|スタート|開始)', ' $1 '], ['(ロング|ショート|買い|売り)エントリー中?', ' $1 '],
  ['(?:で|に)?(?:入ります|入る|乗ります|乗る|いきます|行きます|攻めます|攻める|仕掛けます|仕掛ける|持ちます|建てます|参戦(?:します)?|出動)', ' '],
  ['成行(?:き|で)?(?:注文)?', ' '], ['ロット(?:は|も)?(?:軽め|少なめ|小さめ|半分|控えめ)(?:で|に|です)?', ' '], ['(?<=\\d)(?:と|&|→)(?=\\d)', ' / '],
  ['(?<![資年現お貯料税])金(?=\\d|ロング|ショート|買|売)', ' gold '], ['プラチナ', ' platinum '], ['ライトコイン', ' LTC '], ['エックスアールピー', ' XRP '], ['ダウ(?=\\s|を|は|,|\\d)', ' US30 '], ['チェーンリンク', ' LINK '], ['アバランチ', ' AVAX '], ['エイダ', ' ADA '], ['豪ドル米ドル|豪ドルドル', ' AUD/USD '], ['ユーロ/ドル', ' EUR/USD '],
  ['([\\d.,]*\\d)(?:ドル|円)?で?(?:損切り?|ロスカット|撤退)(?! ?[:：=@は]? ?\\d)', ' sl $1 '], ['([\\d.,]*\\d)(?:ドル|円)?で?(?:利確|利食い|決済予定)(?! ?[:：=@は]? ?\\d)', ' target $1 '],
  ['(ロング|ショート|買い|売り)(?:が|を|で)?約定', ' $1 opened '], ['買い建て(?:ました|た)?', ' long opened '], ['売り建て(?:ました|た)?', ' short opened '], ['待ちきれず|ついに|とうとう', ' '], ['マイクロソフト', ' MSFT '], ['アップル', ' AAPL '],
  ['(?:ロング|ショート|買い?|売り?|買う|売る|エントリー|購入)(?:は)?(?:しない|するな|しません|しなかった|禁止|厳禁|避け|控え|やめ|わない|らない|ってはいけ|べきではない|べきじゃない)\\S{0,6}', ' do not trade '],
  ['しないほうが|しない方が|ないでください|ないで|やめて|見送り|見送る|ダメ|危険|べきではない|待った方が|触らない', ' do not trade '],
  ['(ロング|ショート|買い|売り|エントリー|購入)(?:を)?(?:しました|しまし|した|してた|していた|済み|ってた|ってい(?:た|る)|っていました|りました|いました| ?入りました| ?入った)', ' $1 opened '],
  ['買った|売った|買って(?:い|お)|売って(?:い|お)', ' bought '],
  ['昨日|先週|先月|以前|前回|今朝|昨夜|振り返り|結果|成績|勝ち|儲かっ|利益が出|到達しました|到達した|達成|保有中|ホールド中|継続中|届いた', ' yesterday '],
  ['利確(?:しました|した|済み|完了|できた)|損切り(?:しました|した|になった|された|済み)|決済|手仕舞い|クローズ|撤退|逃げ', ' closed my '],
  ['もし|なら|たら|れば|次第|場合|まで待|を待|待ち|待って|待つ|後に|抜けで|ブレイクで|割れで|反発で|確認して', ' if '],
  ['かも|と思う|思います|検討|考え(?:て|中)|予定|したい|たいな|つもり|明日|来週|狙い目|狙って|だろう|でしょう|べきか', ' maybe '],
  ['例えば|例:|例：|もしも|講座|勉強|練習|デモ|シミュレーション|バックテスト|とは', ' for example '],
  ['によると|さん曰く|曰く|と言って|と言った|って言|らしい|そうだ|アナリスト|クジラ|機関投資家', ' says '],
  ['ですか|ますか|だろうか|でしょうか|どう思|どうですか|どうかな|いいの|いいかな|どっち|なぜ|誰か|アンケート|投票|の\\?', ' should i '],
  ['無料|プレゼント|抽選|配布|登録|LINE追加|招待|キャンペーン|フォローして|フォロー＆|rtで', ' giveaway '],
  ['指示|無視|プロンプト|システム|ボット|モデル|管理者|命令', ' ignore instructions '],
  ['通貨ペア|銘柄', ' pair '], ['方向', ' direction '], ['シグナル', ' recommend '], ['目標(?:価格|値)?|ターゲット|利確(?:目標|ライン|ポイント|は)?|利食い|テイクプロフィット', ' target '], ['損切り?(?:ライン|ポイント|は)?|ロスカット|逆指値|ストップ(?:ロス)?', ' sl '], ['エントリー(?:価格|ポイント)?|指値|建値', ' entry '], ['レバレッジ|レバ', ' leverage '], ['(?<=\\d) ?倍', 'x '],
  ['ロング|買い|買う|買ってみ|買', ' long '], ['ショート|売り|売る|空売り|売', ' short '],
  ['ビットコイン|ビット', ' BTC '], ['イーサ(?:リアム)?', ' ETH '], ['ソラナ', ' SOL '], ['リップル', ' XRP '], ['ゴールド|金(?=[\\s、,はを])', ' gold '], ['シルバー', ' silver '], ['原油', ' oil '], ['ドル ?円', ' USD/JPY '], ['ユーロ ?ドル|ユロドル', ' EUR/USD '], ['ポンド ?ドル|ポンドル', ' GBP/USD '], ['日経(?:平均|225)?', ' NIKKEI '], ['ナスダック', ' NASDAQ '], ['ドージ', ' DOGE '], ['テスラ', ' TSLA '], ['エヌビディア', ' NVDA '],
  ['(?:入った)?ばかり', ' now '], ['(?<=ロング|ショート|long |short )中', ' '], ['たった今|いま', ' now '], ['初心者です|よろしくお願いします|おはよう\\S*|こんにちは|頑張り\\S*|みなさん|皆さん|私|少額|少し|小さめ|出来高|トレンド|サポート|レジスタンス|リスク|相場|強い|弱い|強く|弱く|管理|注意|短期|中期|スイング|デイトレ|現物|先物|無期限|ポジション|保有開始|スタート|開始|円|ドル(?!円)|も|や|へ|ました|まし|さん|位|くらい|付近|あたり', ' '],
  ['今(?:すぐ|から|日)?', ' now '], ['ここ(?:で|から)?', ' here '], ['第[一二三]', ' first '], ['(?<=\\d) ?(?:ドル|円)(?![\\p{L}])', ' '], ['から', ' '], ['をします|します|する|です|だ|を|で|は|に|と|が|の', ' '],
  ['過熱気味な?|過熱感?|いい感じ|好調|堅調|軟調|弱含み|反発|底堅い|底堅く|守った|守って(?:る|いる)?|守り|サポートされ|跳ね返され|重い|軽い|軽め|少なめ|慎重に|丁寧に|ます|です|ので|から|けど|ただ|なので|そろそろ|やっぱり|しっかり|余裕|十分|資金|ロット|証拠金|半分|様子|チャート|雲|移動平均線?|売られすぎ|買われすぎ|流れ|在庫|減少|増加|拡大|ね|よ|な|中|成立|イン|こちら|自分|新規|継続', ' '],
]; // prettier-ignore

const KOREAN: Dictionary = [
  ['(?<!\\d),(?=\\d)', ', '],
  ['(?:리스크|위험)(?:는|은|도)? ?(?:시드|계좌|자본|자산)?의? ?\\d[\\d.]*%(?:만|로|까지|이내|입니다|요|로 제한)*', ' '], ['농담 ?(?:아님|아닙니다|아니에요|아니고)|진짜로|진심|투자 ?(?:조언|권유) ?(?:아님|아닙니다)', ' '],
  ['죽어도|죽었다 깨도|절대로?|못 ?(?:합|하|사|해|들어)[가-힣]*|말도 안|안 ?(?:산다|삽니다|탑니다|칩니다|잡습니다)', ' do not trade '],
  ['[월화수목금토일]요일(?:에|은|날)?|줬(?:네요|습니다|다|어요)|찍었[가-힣]*|먹었[가-힣]*|뒀는데|작년|그때', ' yesterday '],
  ['매형|처남|친구[가-힣]*|아는 ?형|형님|선배|사장님?|부장님?|남편|아내|와이프|삼촌|아버지|어머니|유튜버[가-힣]*|은행|펀드|인플루언서|옆집|동료| 왈|라네요|다네요|랍니다|다던데|래요', ' my friend says '],
  ['ㅋ{2,}|ㅎ{2,}|전세금|네네|영끌|한강|퇴사|100배', ' yeah right '],
  ['텐데|있었어도|였다면|었다면|다면', ' if '], ['나쁘지 않[가-힣]*|자리는|괜찮은 자리|좋아 ?보[가-힣]*|매력[가-힣]*', ' maybe '],
  ['계신 ?분|들고 ?계신|맞죠|있으신가[가-힣]*|[가-힣]*죠\\?|[가-힣]*분\\?', ' should i '], ['유료방|프로필|링크|회원|구독|무료방|쿠폰|할인', ' giveaway '],
  ['털었[가-힣]*|나왔[가-힣]*|뺐[가-힣]*|끝냈[가-힣]*|던졌[가-힣]*|닫았[가-힣]*|종결', ' closed my '],
  ['([\\d.,]*\\d) ?(?:달러|원|불)?(?:을|를|이|가)? ?(?:넘으면|넘어가면|깨지면|깨면|이탈하면|이탈 ?시|뚫리면|내려가면|올라가면|무너지면|돌파하면|밑으로 가면|위로 가면|빠지면) ?(?:바로 |즉시 )?(?:손절|컷|나갑|나가|정리|던집|던지|버립|접습|접|포기|탈출|인정)[가-힣]*', ' sl $1 '],
  ['([\\d.,]*\\d) ?(?:달러|원|불)?(?:에서|에|까지|오면|도달하면)? ?(?:익절|정리|이익 ?실현|수익 ?실현)(?:할게요|예정|합니다|하겠습니다|할 ?예정|할 ?겁니다|하려고요|해요)?(?! ?[:：]? ?\\d)(?![가-힣])', ' target $1 '], ['([\\d.,]*\\d) ?(?:달러|원|불)?(?:까지|를|을)? ?(?:봅니다|보고|노립니다|바라봅니다)(?![가-힣])', ' target $1 '],
  ['([\\d.,]*\\d) ?(?:달러|원|불)?(?:에서|에|은|는)? ?손절(?:합니다|할게요|예정|라인|하겠습니다)?(?! ?[:：]? ?\\d)(?![가-힣])', ' sl $1 '],
  ['(?:체인)?링크(?= ?[\\d롱숏매])', ' LINK '], ['아발란체|아발', ' AVAX '], ['에이다', ' ADA '], ['라이트코인', ' LTC '], ['은(?= ?\\d)', ' '], ['달러/?엔', ' USD/JPY '], ['유로/?달러|유로달', ' EUR/USD '], ['파운드/?달러', ' GBP/USD '], ['구리', ' copper '], ['다우', ' US30 '], ['(?<![지방조자요])금(?= ?\\d)', ' gold '],
  ['매매(?= ?신호| ?방향)', ' '], ['(?:시장가|현재가)(?:로)?', ' '], ['(?<=\\d)(?:과|와|랑|이랑) ?(?=\\d)', ' / '],
  ['(롱|숏|매수|매도)(?:으로|로|을|를)? ?(?:가볍게|살짝|조심히|소액으로|소액|다시|일부|반만)? ?(?:진입|갑니다|타봅니다|탑니다|잡아봅니다|쳐봅니다|담습니다|담아봅니다|시작|스타트|도전)(?:합니다|해요|해봅니다|중)?', ' $1 '],
  ['(롱|숏|매수|매도)(?:을|를|로|으로)? ?(?:담았|담음|걸었|올라탔|태웠)[가-힣]*', ' $1 opened '],
  ['([\\d.,]*\\d) ?(?:달러|원)?(?: 이탈 시| 깨지면| 이탈시)? ?(?:손절|스탑)(?=[\\s,./]|$)(?! ?[:：=@は]? ?\\d)', ' sl $1 '], ['([\\d.,]*\\d) ?(?:달러|원)?(?: 도달 시)? ?(?:익절|목표)(?=[\\s,./]|$)(?! ?[:：=@は]? ?\\d)', ' target $1 '],
  ['(롱|숏|매수|매도) ?(?:체결(?:됐|되었|완료)?[가-힣]*)', ' $1 opened '], ['고민 끝|드디어|결국', ' '], ['마이크로소프트', ' MSFT '], ['애플', ' AAPL '],
  ['(?:롱|숏|매수|매도|진입|사지|팔지|들어가지)(?:은|는|을|를)?(?: ?치지| ?하지| ?잡지)? ?(?:마세요|마라|말고|말자|마십|말아|맙시다|않|금지|금물)[가-힣]*', ' do not trade '],
  ['하지 ?마[가-힣]*|치지 ?마[가-힣]*|지 마[가-힣]*|지 말[가-힣]*|않[가-힣]*|금지|안 ?(?:합니다|해요|한다|들어[가-힣]*|사[가-힣]*|삽니다)|절대|피하[가-힣]*|비추[가-힣]*', ' do not trade '],
  ['(롱|숏|매수|매도|진입)(?:을|를)? ?(?:했[가-힣]*|쳤[가-힣]*|잡았[가-힣]*|함|하였[가-힣]*|들어갔[가-힣]*|탔[가-힣]*|완료)', ' $1 opened '],
  ['샀[가-힣]*|팔았[가-힣]*|들어갔[가-힣]*|잡았[가-힣]*|진입했[가-힣]*', ' bought '],
  ['어제|지난 ?주|지난 ?달|지난번|아까|복기|결과|수익 ?(?:실현|났|인증|봤)[가-힣]*|벌었[가-힣]*|도달[가-힣]*|보유 ?중|홀딩 ?중|달성[가-힣]*|들고 ?있[가-힣]*', ' yesterday '],
  ['익절(?:했|함|완료|하고|합니다)[가-힣]*|손절(?:했|함|당|하고)[가-힣]*|청산[가-힣]*|정리[가-힣]*|종료[가-힣]*|마감[가-힣]*|포지션 ?닫[가-힣]*|탈출[가-힣]*', ' closed my '],
  ['만약|만일|(?:돌파|이탈|지지|확인|하락|상승|반등|도달|회복|안착|조정) ?(?:하면|되면|시|후|받으면|오면|나오면|하고 나서)[가-힣]*|[가-힣]*(?:하면|되면|오면|으면|가면|나면|주면)(?=\\s|,|$)|기다[가-힣]*|대기|확인 후|경우', ' if '],
  ['아마|어쩌면|고민[가-힣]*|생각[가-힣]*|예정[가-힣]*|계획[가-힣]*|할까[가-힣]*|싶[가-힣]*|내일|다음 ?주|고려[가-힣]*|겠[가-힣]*|지켜보[가-힣]*|관망[가-힣]*|것 같[가-힣]*', ' maybe '],
  ['예를 들어|예시|가정[가-힣]*|강의|교육|공부|모의[가-힣]*|데모|백테스트', ' for example '],
  ['라고 ?(?:했|합|하|말|전)[가-힣]*|에 따르면|말했[가-힣]*|말하[가-힣]*|추천했[가-힣]*|애널리스트|고래[가-힣]*|기관[가-힣]*|친구가', ' says '],
  ['까요|나요|될까[가-힣]*|어때[가-힣]*|어떨까[가-힣]*|어떻게|괜찮[가-힣]*|누가|누구|왜|투표|인가요|맞나[가-힣]*|의견[가-힣]*|잡을까[가-힣]*|일까[가-힣]*', ' should i '],
  ['무료|이벤트|추첨|에어드랍|가입|레퍼럴|초대|텔레그램|리딩방|카톡|입장', ' giveaway '],
  ['지시[가-힣]*|무시[가-힣]*|프롬프트|시스템|봇|모델|관리자|명령[가-힣]*', ' ignore instructions '],
  ['종목|코인|페어', ' pair '], ['방향', ' direction '], ['시그널|신호', ' recommend '], ['목표가?격?|타겟|익절가?|1차 ?목표|2차 ?목표', ' target '], ['손절가?|스탑(?:로스)?|스톱(?:로스)?', ' sl '], ['진입가?격?|평단|현재가|시장가', ' entry '], ['레버리지|레버', ' leverage '], ['(?<=\\d) ?배', 'x '],
  ['롱|매수|사(?=요|자)|삽니다', ' long '], ['숏|매도|공매도|팝니다', ' short '],
  ['비트코인|비트|비코', ' BTC '], ['이더리움|이더', ' ETH '], ['솔라나', ' SOL '], ['리플', ' XRP '], ['도지코인|도지', ' DOGE '], ['골드|(?<![지방조])금(?=\\s|,|:)', ' gold '], ['은(?= (?:매수|매도|롱|숏))', ' silver '], ['원유|유가', ' oil '], ['나스닥', ' NASDAQ '], ['테슬라', ' TSLA '], ['엔비디아', ' NVDA '], ['달러 ?엔', ' USD/JPY '], ['유로 ?달러', ' EUR/USD '], ['유로', ' euro '],
  ['방금|막', ' now '], ['안녕하세요|초보입니다|반갑습니다|여러분|화이팅|저는|제가|소액|조금|거래량|추세|지지선?|저항선?|리스크|시장|강하[가-힣]*|약하[가-힣]*|관리|주의|단타|스윙|현물|선물|무기한|했어요|했습니다|격리|교차|부근|근처|필수|하세요', ' '],
  ['지금|현재|바로|오늘', ' now '], ['여기(?:서|에서)?', ' here '], ['(?<=\\d) ?(?:달러|불|원)', ' '], ['첫 ?번?째?', ' first '], ['(?<=[\\d\\sA-Z])(?:에서|부터|으로|에|은|는|이|가|을|를|로|만)(?=\\s|,|$)', ' '], ['갑니다|가자|합니다|하세요|해요|칩니다|추천[가-힣]*|봅니다|잡습니다|들어갑니다|간다|포지션', ' '],
  ['매매|과열[가-힣]*|지켜줘서|지켜[주줘][가-힣]*|지지[가-힣]*|저항[가-힣]*|반등[가-힣]*|좋(?:네요|아요|습니다|고|아서)|강[하해][가-힣]*|약[하해][가-힣]*|가볍게|살짝|조심히|소액[가-힣]*|반만|일부|다시|또|한번|이번엔|오늘은|시드[가-힣]*|계좌|비중[가-힣]*|작게|크게|적당히|무겁[가-힣]*|무거[가-힣]*|차트|흐름|분위기|재고|증가|감소|할게요|합니다|입니다|예요|이에요|이요|있고|해서|니까|지만|네요|습니다|봅니다|저도|나도|저|만|도|각자|알아서|판단|책임|본인', ' '],
]; // prettier-ignore

/** Words by which a language in Latin letters is told from English. */
const MARKS: Readonly<Record<'es' | 'fr' | 'de' | 'pt', RegExp>> = {
  es: wholeWords(
    'un|del|muy|pero|porque|también|ya|desde|hacia|sobre|tomo|abro|meto|precio|pérdida|ganancias|dólar|plata|petróleo|riesgo|tamaño|señores|mercado|el|los|las|una|con|desde|venta|compra|entrada|señal|par|nueva|nuevo|posición|por|para|hasta|sólo|mi|más|según|orden|compr(?:o|a|ar|amos|ando|é|en)|vend(?:o|er|iendo|í|emos)|largos?|cortos?|objetivos?|entrada|apalancamiento|ahora|aquí|cuando|oro|está|estoy|en|qué|según|que|abro|cerré|hoy|señal|instrucciones|ignora|todo',
  ),
  pt: wholeWords(
    'tô|desde já|perdeu|fôlego|você|isso|pelo|pela|na|nos|nas|dos|das|saída|até|risco|dólar|iene|galera|pessoal|compra|ação|são|mão|também|acabei|sem|já|dentro|acima|abaixo|nova|novo|posição|para|até|só|foi|mais|ordem|venda|compra|os|uma|com|não|compr(?:o|ei|a|ar|amos|ando|e)|vend(?:o|er|endo|i|emos)|alvos?|entrada|alavancagem|agora|aqui|quando|ouro|está|estou|em|se|meu|minha|que|abrindo|fechei|hoje|sinal|instruções|ignore as|vou',
  ),
  fr: wholeWords(
    "ouverte?|l'instant|sortie|métal|l'argent|repart|cette|ses|vers|puis|petite|taille|risque|prix|achat|acheteur|vendeur|position prise|moi|donc|très|pétrole|nouvelle|nouveau|pour|dans|mais|mon|dès|sans|ordre|hier|le|les|une|avec|achats?|achète|acheter|achetez|vends?|vente|vendre|objectifs?|cible|entrée|levier|maintenant|ici|quand|l'or|est|je|j'achète|j'ai|si|pas|à|au|du|qui|clôturé|nous|instructions précédentes|sur|et|de|faut-il",
  ),
  de: wholeWords(
    'vor|vom|drin|liegt|sitzt|hält|wirkt|sofort|soeben|short gegangen|gegangen|eingestiegen|risiko|gewinn|ausstieg|unterstützung|widerstand|deshalb|sind|wie|neue|neuer|neues|gerade|über|unter|erst|von|für|mein|meine|wieder|heute|gestern|kein|keine|wurde|noch|nur|der|die|das|ein|eine|bei|mit|und|wenn|falls|kaufe?n?|kauft|gekauft|verkaufe?n?|verkauft|einstieg|kursziel|ziel|hebel|jetzt|hier|nicht|ich|wir|ist|stopp|zu|auf|im|sagt|habe|gehe|soll|anweisungen|alle|öl|silber',
  ),
};

const ENGLISH = wholeWords(
  "the|is|it|this|that|and|to|of|in|on|at|for|with|i|i'm|my|we|you|not|if|here|now|will|was|be|are|have|has|from|buy|sell|buying|selling|going|price|up|down|out|just|so|but|an|all|over|below|above|next|looking|then|when|into|under|only|get|can|would|should|like",
);

/** Common words of languages in Latin letters that are not read. */
const UNREAD = wholeWords(
  'se(?= \\w+ rompe)|vado|compro(?= a mercato)|però|perché|sono|della|degli|questa?|vendo(?= adesso)|adesso|ingresso|obiettivo|leva|comprato|chiuso|als|ik|een|het|niet|naar|ga|koop|verkoop|doel|eğer|ve|bir|için|değil|alım|satım|hedef|giriş|kaldıraç|jika|beli|jual|tidak|dan|sekarang|kalau|jest|nie|jeśli|kupuję|sprzedaję|cel|wejście|nếu|mua|bán|không|và|om|jag|köper|säljer|inte|och',
);

/** Whole words, whatever the script; the flags are "giu". */
function wholeWords(pattern: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}$#@])(?:${pattern})(?![\\p{L}])`, 'giu');
}

const compile = (dictionary: Dictionary, whole: boolean) =>
  dictionary.map(([pattern, english]) => [whole ? wholeWords(pattern) : new RegExp(pattern, 'giu'), english] as const);

const DICTIONARIES = {
  es: compile(SPANISH, true),
  pt: compile(PORTUGUESE, true),
  fr: compile(FRENCH, true),
  de: compile(GERMAN, true),
  ru: compile(RUSSIAN, true),
  zh: compile(CHINESE, false),
  ja: compile(JAPANESE, false),
  ko: compile(KOREAN, false),
};

const DECIMAL_COMMA: ReadonlySet<Language> = new Set(['es', 'fr', 'de', 'pt', 'ru']);

/** Puts the trading words of a normalised text into English. Never throws. */
export function translate(text: string): Translated {
  const { language, unknown } = detect(text);
  if (language === 'en') return { text, language, decimalComma: false, unknown };
  let translated = withTenThousands(text);
  for (const [pattern, english] of DICTIONARIES[language]) translated = translated.replace(pattern, english);
  return { text: translated.replace(/[^\S\n]+/g, ' '), language, decimalComma: DECIMAL_COMMA.has(language), unknown };
}

/** "9.1万" and "10万4000" in digits: 万 and 만 stand for ten thousand. */
function withTenThousands(text: string): string {
  return text.replace(/(\d{1,6}(?:\.\d{1,4})?) ?[万萬만] ?(\d{1,4}(?!\d))?/gu, (_, head: string, tail?: string) =>
    new Decimal(head)
      .times(10_000)
      .plus(tail ?? 0)
      .toFixed(),
  );
}

function detect(text: string): { language: Language; unknown: boolean } {
  const has = (pattern: RegExp) => pattern.test(text);
  if (has(/[\p{Script=Hiragana}\p{Script=Katakana}]/u)) return { language: 'ja', unknown: false };
  if (has(/\p{Script=Hangul}/u)) return { language: 'ko', unknown: false };
  if (has(/\p{Script=Han}/u)) return { language: 'zh', unknown: false };
  if (has(/\p{Script=Cyrillic}/u)) return { language: 'ru', unknown: has(/[іїєґўђћџљњ]/iu) };
  if (/[^\p{Script=Latin}\P{L}]{2}/u.test(text.normalize('NFKC').replace(/\p{Lm}/gu, ''))) return { language: 'en', unknown: true };
  const distinct = (pattern: RegExp) => new Set((text.match(pattern) ?? []).map((word) => word.toLowerCase())).size;
  // One short word alone ("e: 3.05", "no") shows no language.
  const shows = (pattern: RegExp) => (text.match(pattern) ?? []).some((word) => word.length > 3);
  const english = distinct(ENGLISH);
  const scores = (['es', 'pt', 'fr', 'de'] as const).map((language) => ({ language, score: distinct(MARKS[language]) }));
  scores.sort((a, b) => b.score - a.score);
  const [best] = scores;
  const unread = distinct(UNREAD);
  if (
    best &&
    best.score >= unread &&
    (best.score > 1 || shows(MARKS[best.language])) &&
    (best.score > english || (best.score > 1 && best.score * 2 > english))
  )
    return { language: best.language, unknown: false };
  return { language: 'en', unknown: unread >= 2 && unread > english / 2 };
}
