import { nativeWording, type NativeLanguage } from './native';
import { parseNumber } from './tokens';

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
  // Whole phrases first: what a number is, which way a trade goes, and that it was opened a moment ago.
  ['(?:y |, )?si (?:llega|sube|baja|toca|alcanza|va)(?: a| hasta)?(?: los| las)? (\\$?\\d[\\d.,]*k?),? (?:me doy por|lo vendo|vendo|cierro|recojo|realizo|salgo con|cobro|tomo)(?: \\p{L}+){0,3}', ' target $1 '],
  ['(?:y |, )?si (?:se va|cae|pierde|baja|sube|pasa|rompe)(?: por debajo de| por encima de| de)?(?: los| las)? (\\$?\\d[\\d.,]*k?),? (?:corto por lo sano|fuera|salgo|me salgo|me voy|cierro con pérdida|asumo|adiós)(?: la pérdida)?', ' sl $1 '],
  ['(?:primera?|segund[oa]|última?) (?:parada|escala|estación)(?: en)?(?= \\$?\\d)|precio objetivo(?: de| en)?(?= \\$?\\d)', ' target '],
  ['(?:tomamos|abrimos|iniciamos|construimos|tomo|abro|montamos)(?: hoy)?(?: una)? posición(?= en \\p{L})(?! en (?:cort|larg|short|long|venta))|acab(?:o|amos) de (?:cargar|agarrar|pillar|recoger)(?: (?:un )?(?:poco|poquito|pelín|puñado) de)?(?! (?:\\p{L}+ ){0,2}(?:cort|larg|short|long))', ' now buying '], ['en vivo|en directo', ' '], ['(?:le di|di|apreté|pulsé)(?: al?| el)? (?:botón|gatillo)', ' opening '],
  ['(?<!(?:pasa|pasan|está|cotiza|cotizando|vale|sigue) )(?:de )?(?:los |las )?(\\$?\\d[\\d.,]*k?) (?:hasta|a)(?: los| las)? (?=\\$?\\d)', ' $1 a '],
  ['ratio (?:oro|plata|or|btc|eth)\\p{L}*[/ -]\\p{L}+|bancos? centrales?|banca central|vix', ' market '],
  ['(?:no (?:es|son)|sin ser|esto no es)(?: una?)? (?:recomendación|consejo|asesor\\p{L}+)(?: de (?:compra|venta|inversión|nadie))?(?: financier[oa])?', ' '],
  ['(?:cada (?:una?|pata)|ambas|ambos|los dos|las dos|todas|todos)(?= (?:con|a|al|en)? ?(?:x ?)?\\d+ ?x?)', ' both '],
  ['(?:subo|subí|subido|subiendo|muevo|moví|movido|moviendo|bajo|bajé|ajusto|ajusté|paso|pasé|traigo|llevo|pongo ya|arrastro)(?: ya| ahora)? (?:el|mi|los) stops?|stops? (?:subid|movid|ajustad|pasad|llevad)[oa]s? (?:a|al|hasta)|stops? (?:a|al|en) (?:break ?even|entrada|punto de entrada|be)', ' moved my stop '],
  ['(?:sin|no (?:pongo|llevo|uso)) stop(?:[ -]?loss)?|sin (?:objetivo|apalancamiento|apalancar|apalancarme)(?: fijo| definido| concreto)?', ' '],
  ['(?:stop(?:[ -]?loss)?|sl)(?: de (?:pérdidas|protección))?,?(?: (?!moved|y |e |objetiv|tp|target|toc|salt|hit|meta|take)[^\\d\\s.,;:|()]{1,14}){1,6}(?:, (?:en|a))? (?=\\$?\\d)(?!\\d[\\d.,]* ?(?:velas|horas|días|min))', ' sl '],
  ['(?:stop(?:[ -]?loss)?|sl) (?:de )?(?:un )?(?=\\d[\\d.,]* ?%)', ' sl '],
  ['(?:por )?(?:debajo|encima) de(?: los| las)? (\\$?\\d[\\d.,]*k?) (?:la idea|me equivoqu|me equivoco|estoy|fuera|salgo|me salgo|me voy|cierro|corto|se acabó|ya no|no vale|se anula|invalid|asumo|adiós)[^.,;\\n\\d]{0,30}', ' sl $1 '],
  ['(?:fuera|salgo|me salgo|me voy|cierro|me bajo|me equivoco|invalida(?:da?|do|ción)?|se invalida)(?: si)?(?: pierde| baja| cae| sube| supera| rompe| cierra)? (?:(?:por )?(?:debajo|encima) de|bajo|sobre)(?: los| las)? (?=\\$?\\d)', ' sl '],
  ['(?:y |, )?(?:en|a|hacia)(?: los| las)? (\\$?\\d[\\d.,]*k?),? (?:lo |la )?(?:vendo|cierro|cubro|recompro|suelto|salgo|me salgo|saco|recojo|realizo|cobro)(?: (?:todo|toda|la mitad|mitad|el resto|parte|un tercio|parcial(?:es)?|ganancias|beneficios|la posición))*', ' target $1 '],
  ['(?:y |e )?(?:lo |la |los |las |espero |esperamos |pienso |quiero )?(?:vender|vendo|cierro|cerrar(?:é|emos)?|cubro|cubrir|recompro|recomprar|suelto|salgo|salimos|saldr(?:é|emos)|me salgo|saco|recojo|realizo|cobro|descargo|tom(?:o|amos|aré) (?:ganancias|beneficios))(?: (?:todo|toda|la mitad|mitad|medio|el resto|lo demás|parte|un tercio|parcial(?:es)?|ganancias|beneficios|la posición|entera|con beneficios))+ (?:en|a|hacia|cerca de)(?: los| las)? (?=\\$?\\d)', ' target '],
  ['(?:y |e )?(?:lo |la |los |las |espero |esperamos |pienso |quiero )(?:vender(?:l[oa])?|vendo|cerrar(?:l[oa])?|cierro|cubrir|cubro|recomprar|recompro|salir|suelto)(?: [^\\d\\s.,;]+)? (?:en|a|hacia|cerca de)(?: los| las)? (?=\\$?\\d)', ' target '],
  ['(?<=(?:compr|larg[oa]|long)[^]{0,200})(?:vendo|venta|vender|salgo|salida) (?:en|a|hacia)(?: los| las)? (?=\\$?\\d)', ' target '],
  ['(?<=(?:vend|cort[oa]|short)[^]{0,200})(?:(?:re)?compro|recompra|cubro|cubrir|cobertura|salgo|salida) (?:en|a|hacia)(?: los| las)? (?=\\$?\\d)', ' target '],
  ['(?:(?:primera?|segunda?|otra) )?salidas?(?: parcial(?:es)?)?(?: final(?:es)?)?:? (?:en|a|sobre)(?: los| las)? (?=\\$?\\d)|obj(?:etivos?)?\\.? (?:en |a |hacia )?(?:los |las )?(?=\\$?\\d)|(?:con )?(?:los |la )?(?:ojos|mira|vista|vistas) (?:puest[oa]s? )?(?:en|a|hacia)(?: los| las)? (?=\\$?\\d)|tom(?:ar|a) de (?:ganancias|beneficios)(?: en| a)? (?=\\$?\\d)|take profit (?:a |en )?(?:un )?(?=\\$?\\d)', ' target '],
  ['(?<=target \\$?\\d[\\d., /]*k?,? )(?:y|e|luego)(?: (?:en|a|los|las)){0,2} (?=\\$?\\d)', ' / '],
  ['(?:voy|vamos) (?:a )?por (?:los |las )?(?=\\$?\\d)', ' target '], ['(?:las |sus |más )?(?:compras|ventas) (?:de|netas|especulativas|por parte)', ' market '], ['dólar australiano', ' AUD/USD '], ['dólar neozelandés', ' NZD/USD '],
  ['(?:con )?(?:un )?(?:horizonte|plazo)(?: temporal| de inversión)?:?(?: de)?(?: \\p{L}+| \\d+){0,3} (?:semanas?|días?|mes(?:es)?|sesiones)', ' '],
  ['protegemos (?:en|a) (?=\\$?\\d)|(?:la |mi )?(?:protección|defensa) (?:en|a) (?=\\$?\\d)', ' sl '],
  ['(?<=\\d[\\d.,]*k?,? )(?:y |e )?(?:luego |después )?(?:el |la )?(?:segund[oa]|tercer[oa]?|resto|final|último|otra mitad)(?: (?:en|a))? (?=\\$?\\d)', ' / '],
  ['(?:\\$ ?)?/ ?oz|(?:por|la) onza|al contado|por acción', ' '],
  ['(?:hace|hará) (?:(?:un|unos|dos|tres|cuatro|cinco|diez|quince|veinte|\\d{1,2}|nada|un par de) ?)?(?:minut(?:o|ito)s?|segundos?|rat(?:o|ito)|instantes?|moment(?:o|ito)s?|nada)|recién|recientito|ahorita|ahora mismo', ' just now '],
  ['(?:compré|compramos|he comprado|hemos comprado)(?=(?:[^.!?\\n]|\\.(?=\\d)){0,60} just now )(?!(?:[^.!?\\n]|\\.(?=\\d)){0,60}\\b(?:vendí|y vend))|(?<= just now (?:[^.!?\\n]|\\.(?=\\d)){0,40})(?:compré|compramos|he comprado)|acab(?:o|amos) de comprar', ' now buy '],
  ['(?:vendí|vendimos)(?= en corto| a descubierto)|(?:acab(?:o|amos) de (?:vender|shortear)|shorteé)(?= )(?!(?: \\p{L}+){0,3} (?:todo|la mitad|mis?|parte))', ' now short '], ['(?:acab(?:o|amos) de longuear|longueé)', ' now long '],
  ['(?:acab(?:o|amos) de )?(?:abrir|abrí|abrimos|entrar|entré|entramos|meterme|me metí|ponerme|me puse|tomar|tomé|montar|monté)(?=(?:[^.!?\\n]|\\.(?=\\d)){0,60} just now )|(?<= just now (?:[^.!?\\n]|\\.(?=\\d)){0,30})(?:abrí|entré|me metí|me puse|tomé|monté)|acab(?:o|amos) de (?:abrir|entrar|meterme|ponerme|tomar|montar|pillar|iniciar|lanzar|activar)', ' opening '],
  ['entré(?= (?:a mercado|en|a) [^.]{0,20}\\d)(?=[^]*stop)(?<=(?:me pongo|abro|voy|largo|corto|long|short)[^]{0,80}entré)', ' entry '],
  ['(?:posición|posiciones) (?:corta|vendedora|bajista)|en corto|corta en|cortit[oa]|cortos en(?= )', ' short '], ['(?:posición|posiciones) (?:larga|compradora|alcista)|larga en|larguit[oa]|larguill[oa]', ' long '],
  ['vend\\p{L}+ (?:en corto|a descubierto|short)', ' short '],
  ['dólar (?:contra|frente a|ante)(?: el|l)? yen', ' USD/JPY '], ['euro (?:contra|frente a|ante)(?: el|l)? dólar', ' EUR/USD '], ['libra(?: esterlina)?(?: (?:contra|frente a|ante)(?: el|l)? | ?[/-]? ?)dólar', ' GBP/USD '], ['dólar (?:contra|frente a|ante)(?: el|l)? peso(?: mexicano)?', ' USD/MXN '], ['dólar (?:contra|frente a|ante)(?: el|l)? franco(?: suizo)?', ' USD/CHF '], ['dólar (?:contra|frente a|ante)(?: el|l)? (?:dólar )?canadiense', ' USD/CAD '],
  ['incorporamos(?= (?:\\p{L}+ )?[A-Z]{2,5}| \\p{L}+ )', ' buying '],
  ['(?:solo|sólo|únicamente) (?:compro|vendo|entro|abro|opero|me interesa)|(?:compro|vendo|entro|largo|corto|abro)(?: \\p{L}+){0,4} (?:solo|sólo|únicamente) (?:si|por encima|por debajo|en|con|tras)|en (?:un |el )?(?:retroceso|pullback|rebote|retesteo|retest)(?: a| hasta)|a la espera|en cuanto|como (?:pierda|rompa|supere)|hasta (?:que|entonces)', ' if '],
  ['(?:orden(?:es)?|compra|venta|limitada|límite|limit)(?: \\p{L}+){0,4} (?:pendiente|puesta|colocada|programada|esperando|en espera|dejada|lejana)|orden(?:es)? (?:limitada|límite|pendiente)s?|dej(?:o|é|ado) (?:una |la |puesta )?(?:orden|limitada|compra|venta)|aviso(?: puesto)? en|alerta en', ' if resting '],
  ['jajaj\\p{L}*|jaja|jejej?\\p{L}*|jiji\\p{L}*|xdd*|😂', ' chuckle '],
  ['ejercicios?|alumn[oa]s?|módulos?|clase|apuntes|taller|examen|calcul(?:a|ad|en) (?:el|la|tu)', ' for example '],
  ['(?:qué|que) (?:opin|pens|os parec|les parec|haríais|harían|haces|hacéis)\\p{L}*|cómo l[oa] v(?:en|éis|es)|(?:ustedes|vosotros)|les parece|os parece|me conviene|sería buena idea|buena idea o|o mejor (?:espero|no)|se animan|lo haríais', ' should i '],
  ['(?:me (?:dijeron|contaron|pasaron|soplaron|comentan)|dicen que|se dice|se rumorea|cuentan que|leí que|vi que|he leído)', ' says '],
  ['no(?= (?:\\p{L}+ ){0,2}(?:estoy (?:larg|cort|compr|vend)|larg[oa]s?|cort[oa]s?|long|short|compr|vend))', ' not '],
  ['metid[oa](?= en (?:larg|cort))|metid[oa] en', ' opening '], ['salida parcial|primera salida|parcial', ' target '], ['a por (?:el|la)', ' '], ['demanda|oferta|yenes', ' market '], ['chin[oa]s?|china|american[oa]s?|europe[oa]s?|asiátic[oa]s?|fuertes?|débil(?:es)?|floj[oa]s?|carga', ' '],
  ['en 20[012]\\d(?![\\d.,])|20[012]\\d(?= ?:)|hace (?:un|una|unos|unas|dos|tres|\\d+) \\p{L}+|estuve|perdí', ' yesterday '], ['pensaba|quedó|salió|fue|era|estaba', ' was '], ['borrador|no operar|me llegó', ' says '],
  ['me (?:sac|ech|tumb|mat|barr|liquid|quem|come|comi|lim)\\p{L}*|ha sido un error|error mío|corrijo|rectifico|borro', ' closed my '],
  ['(?<!a |de )mercados?|(?<!por )volumen|tendencia|soporte|resistencia|volatilidad|liquidez|inventarios', ' market '], ['no acompaña|sin acompañar', ' '],
  ['(?:añado|añadiendo|añadimos|sumo|sumando|agrego|agregando|aumento|amplío|cargo|cargando|monto|montando|lanzo|activo|ejecuto|ejecutando|inicio|iniciamos|pillo|cojo|coloco)(?: (?:una?|otr[oa]))?', ' opening '], ['posición en (?=larg|cort)', ' '],
  ['dólares|euros|normal(?:es)?|finalmente|por fin|habitual|estándar|moderad[oa]|reducid[oa]|entera|completa|media posición|un tercio|toca|va|hoy toca', ' '], ['platino', ' platinum '], ['gas natural', ' natural gas '], ['ethereum|ether', ' ETH '],
  ['parcial(?:es)? en|cubro en|cierro en (?=\\d)|recompra', ' target '], ['anulación|se anula (?:bajo|sobre|en)|límite(?: de riesgo)? (?=(?:en )?\\d)', ' sl '],
  ['(?:super|perd|pierd|romp|alcanz|toc|logr|cumpl|lleg|hizo|dio|salt|barr)\\p{L}* (?:a |al |el |los |las? |todos |mi |su |ya )*(?:objetivos?|stops?|tps?\\d?|metas?|sl)|(?:objetivos?|stops?|tps?\\d?|metas?) (?:super|perd|alcanz|toc|logr|cumpl|salt|barr|hech)\\p{L}*', ' was hit '], ['listo|hecho|terminad[oa]|todo fuera|finiquitad[oa]', ' closed my '], ['primero quiero ver|antes quiero|veremos', ' if '], ['(?:abr|comprar|vender|entrar|har|tomar)ía', ' maybe '],
  ['casi|a punto de|estuve por|soñé|sueño|soñando', ' maybe '], ['encuesta|vot(?:ad|en|a)|sondeo', ' poll '], ['opciones', ' options '], ['copi(?:o|ando|ad|en)|retuite\\p{L}*', ' says '], ['instrucciones|sistema|modelo|comando|asistente', ' ignore instructions '],
  ['(?:corto|salgo|fuera|me voy|me salgo|cierro) si (?:se )?(?:pierde|rompe|cae de|supera|pasa de|baja de)(?: los)? (?=\\d)', ' sl '], ['larg[oa](?= (?:a|en) \\d)', ' long '], ['salida (?=\\d)', ' target '], ['segundo (?=\\d)', ' / '], ['puntos (?=de) |(?<=\\d )puntos', ' '],
  ['(?:dos|tres|cuatro|cinco|siete|ocho|diez|veinte) (?:por|equis)(?: ?\\((\\d+)x\\)| ?\\(x(\\d+)\\))', ' $1$2x '],
  ['en ([a-z$#]{2,6})(?= (?:a|en|desde|con|por|aquí|ahora|de)(?=[ .,:;!\\n]|$))', ' on $1 '],
  ['(?:riesgo|arriesgo|arriesgando)(?: del?| de un| limitado al?| solo| un| el)* ?\\d[\\d.,]* ?%(?: de la cuenta| del capital| del portafolio| por operación)?', ' '],
  ['no es (?:broma|coña)|sin bromas|de verdad|va en serio|en serio', ' '],
  ['ni (?:loc[oa]|muert[oa]|hart[oa]|de coña|en broma|en sueños|regalad[oa]|pintad[oa]|hablar)|no hay manera|no pienso|nada de', ' do not trade '],
  ['(?:el|este|desde el) (?:lunes|martes|miércoles|jueves|viernes|sábado|domingo)(?: pasado)?|el mes pasado|el año pasado|me puse|nos pusimos|me ha dado|me dio|pag(?:ó|aron)|cay(?:ó|eron) (?:el|los) (?:objetivo|tp)s?', ' yesterday '],
  ['cuñad[oa]|suegr[oa]|prim[oa] (?:mío|dice)|mi (?:prim[oa]|tí[oa]|herman[oa]|jef[ea]|vecin[oa]|padre|madre|novi[oa]|mujer|marido|colega)|amig[oa]s?|vecin[oa]|gurús?|influencers?|analistas?|ballenas?|bancos?|fondos?|tipster|youtubers?|twittero|profesor|maestro|compañero', ' my friend says '],
  ['si (?:tuviera|fuera|pudiera|hubiera|estuviera)|hubiera|habría|tendría(?:n)?|ojalá|de haber', ' if '],
  ['cuenta (?:de )?(?:práctica|prueba|demo|ficticia|simulada|virtual)|dinero (?:ficticio|virtual|de mentira)|simulador|torneo|concurso|en papel', ' paper account '],
  ['canal premium|grupo premium|suscriptores|link en la bio|enlace en (?:la|mi) (?:bio|perfil)|código|referido|patrocinad[oa]|bono', ' giveaway '],
  ['claro que sí|sí,? claro|cómo no|casa de mis|hipoteca|suegra|seguro que', ' yeah right '],
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
  ['no (?:compr[\\p{L}\\d]*|vend[\\p{L}\\d]*|entr[\\p{L}\\d]*|abr[\\p{L}\\d]*|longue[\\p{L}\\d]*|shorte[\\p{L}\\d]*)', ' do not trade '],
  ['nunca|jamás|ni se (?:te|os|les) ocurra|evit(?:ar?|en|ad|a)|ojo con', ' do not trade '],
  ['compré|compramos ayer|compró|compraron|comprado|compraste', ' bought '],
  ['vendí|vendió|vendieron|vendido', ' sold '],
  ['abrí|abrió|entré|entramos ayer|abierto|metí', ' opened '],
  ['cerr(?:é|ó|ado|ada|amos|ando|ar)|cierro|cierre de (?!mercado|vela|ayer|semana|sesión|diario)|cerrad[oa]s?|salgo de|salí|fuera de mi', ' closed my '],
  ['tom(?:o|ando|é|amos) (?:ganancias|beneficios|profit[\\p{L}\\d]*)|asegur(?:o|ando|é) (?:ganancias|beneficios)|recojo beneficios', ' closed my '],
  ['ayer|anoche|la semana pasada|hace (?:[\\p{L}\\d]+ )?(?:días?|semanas?|meses|horas?)|gané|ganamos|resultado[s]?|resumen|sigo (?:en )?|seguimos|llevo|tenía|teníamos', ' yesterday '],
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
  ['(?:en )?largos?|larga(?= (?:en|sobre|de|at|on|the))', ' long '],
  ['(?:en )?cortos?|corta(?= (?:en|sobre|de|at|on|the))', ' short '],
  ['me pongo|nos ponemos|abro|abrimos|abriendo|entro|entramos|entrando|tomo|tomamos', ' opening '],
  ['recomendamos|recomendación|señal|operación|nueva|nuestra?', ' recommend '],
  ['oro', ' gold '], ['plata', ' silver '], ['petróleo|crudo', ' oil '], ['cobre', ' copper '], ['euro', ' euro '], ['libra', ' pound '],
  ['he|has|hemos', ' '], ['hola|saludos|suerte|gracias|buenos días|buenas|soy|nuevo|nueva|volumen|tendencia|soporte|resistencia|riesgo|gestión|gestionad|mercado|precio|fuerte|débil|fuerza|acompaña|sigue|muy|poco|bien|apretado|ajustado|tranquilo|paciencia|en real|equipo|chicos|vamos|mi|primera?|operación|setup|se ve|veo|está|estamos|semana|día|hoy|máximo|mínimo|según el plan|margen|aislado|cruzado', ' '],
  ['acab(?:o|amos) de', ' now '], ['ahora(?: mismo)?|ya|hoy', ' now '], ['aquí|acá', ' here '], ['y', ' and '], ['con', ' with '], ['(?:por )?debajo(?: de)?|bajo(?= los \\d| \\d)', ' below '], ['(?:por )?encima(?: de)?', ' above '], ['desde|en|a|por|sobre|cerca de', ' at '],
  ['entre', ' between '], ['un|una', ' a '], ['el|la|los|las|de|del|al|lo|mi', ' the '], ['largo plazo|corto plazo', ' _ '], ['primer[oa]?|segund[oa]|tercer[oa]?', ' first '],
  ['volumen|tendencia|soporte|resistencia|mercado|inventarios|volatilidad|liquidez|momentum|impulso|velas?|gráfico|rango|canal|precio', ' trend '],
  ['señores|gente|familia|compis|así que|por eso|que es|otra vez|como siempre|de momento|por ahora|poc[oa]|much[oa]s?|tamaño|pequeñ[oa]s?|chic[oa]|loc[oa]|limitad[oa]|respet(?:a|ó)|aguant(?:a|ó)|defend(?:ió|ido)|defiende|rebot(?:a|ó|ando)|se (?:frena|gira|agota|cansa)|cansad[oa]|flojos?|flojas?|sobrecomprad[oa]|sobrevendid[oa]|caro|barato|llegan? (?:a|al)|subiendo|bajando|sube|baja|subir|bajar|fácil|clar[oa]|limpi[oa]|bonit[oa]|buen[oa]s?|mejor|nivel|zona|gran|máxima|mínima|swing|intradía|scalp|largo plazo|carga|ligera|ligero|media|mitad|entera|cuidado con el tamaño|gestionen|cuiden|riesgo|su|sus|mis?|nuestro|hacia|como|que|para|pero|también|sólo|solo|siempre|otra|otro|viernes|lunes|martes|miércoles|jueves|señal|idea', ' '],
  ['línea|directriz|media móvil|medias?|RSI|MACD|suelo|techo|máximos|mínimos|doble|triángulo|bandera|cuña|vela|velas|sesión|apertura|cierre diario|gráfico|barril|onza|dólar|tipos|inflación|datos', ' trend '],
  ['dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|semanas?|mes(?:es)?|horas?|así|ahí|che|han?|abajo|arriba|antes|desde|horizonte|nadie|yo|dormir|juego|parte|alta|principal|nuev[oa]s|lleva|siguen?|da|doy|mirando|metales|preciosos|entregas|operaciones|nomás|sin más|además|aunque|porque|cada|entonces|bastante|demasiado|claramente|simplemente|simple', ' '], ['rendimientos?|caídas?|repuntes?|subidas?|datos?|empleo|bce|opep|diferencial|rebotes?|retrocesos?|apertura|amplitud|resultados|margen|márgenes|valoración|recesión|rebaja|recorte|aranceles', ' market '],
  ['buenas|buenos|días|tardes|noches|hey|mañanas|tras|durante|mientras|sobre|bajo|hacia|este|esta|estos|estas|eso|esto|es|son|se|le|les|nos|te|al|del|muy|más|menos|tan|ya|aún|todavía no cierro|desinfla|desploma|despega|despierta|vuela|gira|giro|frena|recupera|respeta|rechaza|consolida|acumula|rompió|supera|perdió|manda|acompaña|ayuda|apoya|confirma|respira|enfría|calienta|dispara|escapa|muestra|marca|hace|tiene|hay|sigue|tranquil[oa]|prudente|ajustad[oa]|protegid[oa]|limpio|fresc[oa]|agresiv[oa]|conservador[a]?|táctic[oa]|técnic[oa]|rápid[oa]|corta duración|largo recorrido|posición|cuidado|ojo|riesgo|control(?:ad[oa])?|disciplina|calma|abrazo|saludo|éxitos|a por ellos|ánimo|vamos allá|dale|vale|ok', ' '],
]; // prettier-ignore

const PORTUGUESE: Dictionary = [
  // Whole phrases first: what a number is, which way a trade goes, and that it was opened a moment ago.
  ['(?:faz|tem|desde há) (?:uns? |umas? )?(?:dois|duas|três|quatro|cinco|\\d+|algumas?|alguns|vári[oa]s|uma) (?:dias?|semanas?|m[eê]s(?:es)?|horas?)', ' yesterday '],
  ['(?:e |, )?se (?:chegar|for|subir|bater|tocar|cair)(?: em| a| até| nos| aos)?(?: os)? (\\$?\\d[\\d.,]*k?),? (?:eu )?(?:realizo|vendo|embolso|fecho|zero|levo o lucro|saio no lucro|tô feliz)(?: tudo)?', ' target $1 '],
  ['(?:se )?(?:perdeu|furou|rompeu|perder|furar)(?: os)? (\\$?\\d[\\d.,]*k?),? (?:eu )?(?:tô fora|estou fora|fora|saio|tchau|caio fora|encerro)', ' sl $1 '],
  ['(?:primeira|segunda|última) parada(?: em)?(?= \\$?\\d)', ' target '], ['fui (?:de|na)(?= (?:compra|venda|long|short))|apertei o (?:botão|gatilho)', ' opening '],
  ['(?:montamos|abrimos|iniciamos|tomamos|monto|abro)(?: hoje)?(?: uma)? posição(?= em \\p{L}| n[oa] \\p{L})(?! em (?:venda|short|long|compra))', ' now buying '], ['ao vivo', ' '],
  ['(?:as |suas |mais )?(?:compras|vendas) (?:de|líquidas|especulativas|por parte)', ' market '], ['dólar australiano', ' AUD/USD '], ['dólar neozelandês', ' NZD/USD '], ['short(?:eando|ando|eio|eamos)', ' short '], ['long(?:ando|eando)', ' long '],
  ['(?:com )?(?:um )?(?:horizonte|prazo)(?: de investimento)?:?(?: de)?(?: \\p{L}+| \\d+){0,3} (?:semanas?|dias?|m[eê]s(?:es)?|sessões|pregões)', ' '],
  ['fundo duplo|topo duplo|fundo triplo|fundos? (?:ascendentes?|descendentes?)|bancos? centra(?:l|is)|ratio \\p{L}+/\\p{L}+|vix|fluxos? de etfs?', ' market '],
  ['(?:não (?:é|são)|isso não é|sem ser)(?: uma?)? (?:recomendação|conselho|indicação|dica)(?: de (?:compra|venda|investimento|ninguém))?', ' '],
  ['(?:cada (?:uma?|um)|ambas|ambos|os dois|as duas|todas|todos)(?= (?:com|a|em|de)? ?(?:x ?)?\\d+ ?x?)', ' both '],
  ['(?:subi|subo|subindo|movi|movo|movendo|ajustei|ajusto|passei|puxei|puxo|trouxe|arrastei|arrasto|levei)(?: já| agora)? (?:o|meu|os|meus) stops?|stops? (?:subid|movid|ajustad|passad|puxad|levad)[oa]s? (?:para|pra|pro|ao|até)|stops? (?:no|em|na|pro|para o) (?:zero a zero|0x0|break ?even|entrada|be)', ' moved my stop '],
  ['(?:sem|não (?:ponho|uso|tem)) (?:um )?stop(?:[ -]?loss)?|sem (?:alvo|alavancagem|alavancar)(?: fixo| definido| certo)?', ' '],
  ['(?:stop(?:[ -]?loss)?|sl),?(?: (?!moved|e |alvo|tp|target|toc|bat|acion|peg|hit|meta|obje|take)[^\\d\\s.,;:|()]{1,14}){1,6}(?:, (?:em|a|nos))? (?=\\$?\\d)(?!\\d[\\d.,]* ?(?:candles|horas|dias|min))', ' sl '],
  ['(?:stop(?:[ -]?loss)?|sl) (?:já |lá |na |corretora|tá|está|fica|ficou|vai|, )*(?:em|a|no|nos|aos|na) (?=\\$?\\d)', ' sl '],
  ['(?:abaixo|acima) d?[eoa]s? (\\$?\\d[\\d.,]*k?) (?:a ideia|errei|tô|estou|fora|saio|caio|encerro|zero|corto|acabou|já não|não vale|invalid|assumo|tchau)[^.,;\\n\\d]{0,30}', ' sl $1 '],
  ['(?:fora|saio|caio fora|encerro|zero|errado|invalida(?:do|da|ção)?)(?: se)?(?: perder| cair| subir| passar| romper| fechar)? (?:abaixo|acima) d?[eoa]s? (?=\\$?\\d)', ' sl '],
  ['(?:e |, )?(?:em|a|aos|nos|no|na casa dos)(?: US\\$)? ?(\\$?\\d[\\d.,]*k?),? (?:eu )?(?:vendo|fecho|cubro|recompro|saio|realizo|zero|embolso|encerro|solto)(?: (?:tudo|toda|metade|o resto|parte|um terço|parcial|lucros?|o lucro|a posição))*', ' target $1 '],
  ['(?:e |aí )?(?:vou |quero |pretendo |penso em )?(?:vender|vendo|fechar|fecho|cobrir|cubro|recomprar|recompro|sair|saio|saímos|saem?|realizar|realizo|zerar|zero|embolsar|embolso|encerrar|encerro|soltar|solto|entregar)(?: (?:tudo|toda|metade|o resto|restante|parte|um terço|parcial|lucros?|o lucro|a posição|com lucro|inteira))+ (?:em|a|aos|nos|no|perto d[eo]s?|na casa dos) (?=\\$?\\d)', ' target '],
  ['(?:vou |quero |pretendo )(?:vender|fechar|cobrir|recomprar|sair|realizar|zerar|embolsar|encerrar|soltar)(?: [^\\d\\s.,;]+)? (?:em|a|aos|nos|no) (?=\\$?\\d)|quero (?:ver |buscar )?(?=\\$?\\d)|(?:e )?saio (?:em|nos?|aos|a|na casa dos) (?=\\$?\\d)', ' target '],
  ['(?<=(?:compr|long)[^]{0,200})(?:vendo|venda|vender|saída) (?:em|a|aos|nos|no) (?=\\$?\\d)', ' target '],
  ['(?<=(?:vend|short)[^]{0,200})(?:(?:re)?compro|recompra|cubro|cobrir|cobertura|saída) (?:em|a|aos|nos|no) (?=\\$?\\d)', ' target '],
  ['(?:(?:primeira?|segunda?|outra) )?saídas?(?: parcia(?:l|is))?(?: fina(?:l|is))?:? (?:em|a|nos?|aos) (?=\\$?\\d)|preço[- ]alvo|obj(?:ec?tivos?)?\\.?(?: (?:em|a|nos|aos))? (?=\\$?\\d)|objectivos?|(?:de )?olho n?[oa]s? (?=\\$?\\d)|take profit (?:a |em )?(?=\\$?\\d)|mirando (?:os |nos )?(?=\\$?\\d)', ' target '],
  ['(?<=\\d[\\d.,]*k?,? )(?:e )?(?:depois |aí )?(?:o |a )?(?:segund[oa]|terceir[oa]|resto|restante|final|último|outra metade)(?: (?:em|a|nos|aos))? (?=\\$?\\d)', ' / '],
  ['(?<=target \\$?\\d[\\d., /]*k?,? )(?:e|depois)(?: (?:em|a|nos|aos|no)){0,2} (?=\\$?\\d)', ' / '],
  ['(?:\\$ ?)?/ ?oz|(?:por|a) onça|por ação|por barril|à vista', ' '],
  ['(?:faz|há|tem|fazem) (?:(?:um|uns|uma|dois|três|quatro|cinco|dez|quinze|vinte|\\d{1,2}|nem|coisa de|cerca de|poucos|alguns) ?)*(?:minut(?:o|inho)s?|segundos?|instantes?|moment(?:o|inho)s?|pouco|pouquinho)(?: atrás)?|agora (?:há pouco|mesmo|pouco)|agorinha(?: mesmo)?|neste instante|nesse instante', ' just now '],
  ['(?:comprei|compramos|compr[eé]i)(?=(?:[^.!?\\n]|\\.(?=\\d)){0,60}(?: just now |\\bagora\\b))|(?<= just now (?:[^.!?\\n]|\\.(?=\\d)){0,40})(?:comprei|compramos)|acab(?:ei|amos|o|ou) de comprar|acab(?:ei|amos|o) de ficar comprad[oa]', ' now buy '],
  ['acab(?:ei|amos|o|ou) de (?:shortar|shortear|vender a descoberto|ficar vendid[oa])|shortei(?=(?:[^.!?\\n]|\\.(?=\\d)){0,60}(?: just now |\\bagora\\b))|(?<= just now (?:[^.!?\\n]|\\.(?=\\d)){0,40})shortei', ' now short '], ['vend(?:endo|o|i|emos) ((?:[\\p{L}$]+ ){0,3})a descoberto', ' now short $1 '],
  ['(?:abrir?i?|abrimos|entrei|entramos|montei|peguei|fiz)(?=(?:[^.!?\\n]|\\.(?=\\d)){0,60} just now )|(?<= just now (?:[^.!?\\n]|\\.(?=\\d)){0,30})(?:abri|entrei|montei|peguei|fiz)|acab(?:ei|amos|o|ou) de (?:abrir|entrar|montar|pegar|fazer|tomar|iniciar)|bora (?:de|num)|entrei(?= (?:agora )?(?:de |no |num )?(?:curto|longo|long|short))', ' opening '],
  ['(?:um |uma )?(?:longuinho|longzinho|comprinha|longo|longa)(?= )', ' long '], ['(?:um |uma )?(?:shortinho|shortzinho|vendinha)', ' short '], ['(?<=(?:opening|estou|tô|entro|entrei|abro|um|de|now) )(?:curto|curta)(?= (?:no|na|em|a|agora|de|sobre))', ' short '],
  ['posiç(?:ão|ões) (?:vendida|vendedora|short)|vendid[oa]s?(?= (?:em|no|na|nos|nas) \\p{L})(?<=(?:entro|entrei|entramos|estou|tô|estamos|fico|ficamos|ficando|entrando|opening) \\p{L}+)', ' short '], ['posiç(?:ão|ões) (?:comprada|compradora|long)', ' long '],
  ['(?<=^|[.!:\\n] ?)comprad[oa](?= (?:em|no|na|nos|nas) )(?=[^]*stop)', ' opening long '], ['(?<=^|[.!:\\n] ?)vendid[oa](?= (?:em|no|na|nos|nas) )(?=[^]*stop)', ' opening short '],
  ['iniciamos|estamos (?:iniciando|abrindo|montando|entrando)|adicionamos(?= )(?=[^.]*\\bstop)', ' opening '],
  ['dólar (?:contra|frente ao|ante o|versus)(?: o)? iene', ' USD/JPY '], ['euro (?:contra|frente ao|ante o|versus)(?: o)? dólar', ' EUR/USD '], ['libra(?: esterlina)?(?: (?:contra|frente ao|ante o|versus)(?: o)? | ?[/-]? ?)dólar', ' GBP/USD '], ['dólar (?:contra|frente ao|ante o|versus)(?: o)? franco(?: suíço)?', ' USD/CHF '], ['dólar (?:contra|frente ao|ante o|versus)(?: o)? (?:dólar )?canadense', ' USD/CAD '],
  ['(?:só|somente|apenas) (?:compro|vendo|entro|abro|opero|faço|me interessa)|(?:compro|vendo|entro|compra|venda)(?: \\p{L}+){0,4} (?:só|somente|apenas) (?:se|acima|abaixo|em|com|após|numa?)|(?:numa?|na|no|em uma?|num) (?:volta|recuo|correção|pullback|reteste|repique|perda|rompimento)(?: aos?| até| d[eo]s?)?|à espera|até (?:que|lá)|enquanto não', ' if '],
  ['(?:ordem|ordens|compra|venda|limitada|limite|limit)(?: \\p{L}+){0,4} (?:pendente|pendurada|posicionada|programada|esperando|apregoada|deixada)|ordens? (?:limitada|limite|pendente)s?|deix(?:o|ei|ada) (?:uma |a |minha )?(?:ordem|limitada|compra|venda)|alerta em', ' if resting '],
  ['k{3,}|(?:rs){2,}\\p{L}*|(?:ha){2,}h?|(?:he){2,}|😂', ' chuckle '],
  ['exercícios?|alun[oa]s?|módulos?|apostila|oficina|prova|calcul(?:e|em) (?:o|a|seu)', ' for example '],
  ['(?:o )?que (?:vocês |cês |vcs )?(?:ach|pens|diz|fari)\\p{L}*|vcs|vocês|cês|faz sentido ou|ou (?:espero|melhor não)|boa ideia ou|seria boa', ' should i '],
  ['(?:me (?:disseram|falaram|passaram|contaram)|dizem que|diz que|falam que|ouvi (?:dizer|falar)|li que|vi que|rolou um boato)', ' says '],
  ['(?:não|nunca|jamais|nem)(?= (?:\\p{L}+ ){0,3}(?:comprad|vendid|long|short|compr|vend))', ' not '],
  ['(?:primeira )?saída(?: parcial)?', ' target '], ['demanda|oferta|LTA|LTB', ' market '], ['chines[ae]?s?|chinês|american[oa]s?|europe[iu][oa]?s?|asiátic[oa]s?|fort[ea]s?|frac[oa]s?|voltou', ' '],
  ['em 20[012]\\d(?![\\d.,])|20[012]\\d(?= ?:)|há (?:um|uma|uns|umas|dois|três|\\d+) \\p{L}+|estive|perdi', ' yesterday '], ['pensava|ficou|saiu|foi|era|estava', ' was '], ['rascunho|não operar|chegou isso', ' says '],
  ['trade d[ao] (?:vida|semana|dia|mês)', ' '],
  ['me (?:tir|estop|mat|liquid|queim|com|lev)\\p{L}*|foi erro|erro meu|corrigindo|apago', ' closed my '],
  ['(?<!a |de )mercado|(?<!por )volume|tendência|suporte|resistência|volatilidade|liquidez|estoques', ' market '],
  ['(?:adicionando|adiciono|somando|aumento|aumentando|amplio|montando|monto|lanço|ativo|executo|executando|inicio|iniciando|pego|pegando|coloco|colocando|meto)(?: (?:uma?|outr[oa]))?', ' opening '], ['ponta vendida', ' short '], ['ponta comprada', ' long '],
  ['dólares|reais|normal|finalmente|enfim|habitual|padrão|moderad[oa]|reduzid[oa]|completa|meia posição|hoje é|é a vez d[ao]', ' '], ['platina', ' platinum '], ['gás natural', ' natural gas '], ['boa noite', ' '],
  ['parcial em|cubro em|fecho em (?=\\d)|recompra', ' target '], ['anulação|anula (?:abaixo|acima|em)', ' sl '],
  ['(?:super|perd|romp|alcanç|toc|bate|bati|cheg|peg|deu|foi|fui|acert)\\p{L}* (?:n?[oa]s? |ao |meu |todos )*(?:alvos?|stops?|tps?\\d?|metas?|objetivos?)|(?:alvos?|stops?|tps?\\d?|metas?|objetivos?) (?:super|alcanç|toc|bati|peg|acert|feit|acion)\\p{L}*', ' was hit '], ['feit[oa]|pronto|terminad[oa]|tudo fora|no bolso', ' closed my '], ['antes quero|primeiro quero|veremos', ' if '], ['(?:abr|comprar|vender|entrar|far|tomar)ia', ' maybe '],
  ['quase|prestes a|por pouco|sonhei|sonho|sonhando', ' maybe '], ['enquete|vot(?:em|e|a)', ' poll '], ['opções', ' options '], ['copi(?:o|ando|em|ei)', ' says '], ['instruções|sistema|modelo|comando|assistente|robô', ' ignore instructions '],
  ['(?:entro|entrando|entramos|entrei agora) comprad[oa]', ' opening long '], ['(?:entro|entrando|entramos|entrei agora) vendid[oa]', ' opening short '], ['segundo (?=\\d)', ' / '], ['(?:tô|estou) vendid[oa]', ' opening short '], ['saída (?=\\d)', ' target '],
  ['(?:saio|tô fora|estou fora|fora|corto|encerro) se (?:perder|romper|cair de|passar de|furar)(?: os)? (?=\\d)|se (?:bater|for a|chegar a) ([\\d.,]*\\d) (?:eu )?(?:saio|tô fora|estou fora|caio fora)', ' sl $1 '],
  ['vale(?: a pena)? (?:comprar|vender)|vocês|cês', ' should i '],
  ['(?:em|no|na) ([a-z$#]{2,6})(?= (?:a|em|desde|com|por|aqui|agora|de)(?=[ .,:;!\\n]|$))', ' on $1 '],
  ['(?:risco|arrisco|arriscando)(?: de| do| limitado a| só)* ?\\d[\\d.,]* ?%(?: da conta| do capital| da banca)?', ' '],
  ['não é (?:brincadeira|zoeira|conselho de ninguém|recomendação|call|dica)|sem zoeira|sério|de verdade', ' '],
  ['nem (?:louc[oa]|morto|a pau|ferrando|com|pensar)|de jeito nenhum|não tem chance|sem chance|nada de', ' do not trade '],
  ['(?:na |no )?(?:segunda|terça|quarta|quinta|sexta|sábado|domingo)(?:-feira)?(?: passada)?(?= |,)|mês passado|ano passado|pagou|pagaram|entregou|deu bom|deu ruim', ' yesterday '],
  ['cunhad[oa]|sogr[oa]|meu (?:primo|tio|irmão|chefe|vizinho|pai|amigo|colega)|minha (?:prima|tia|irmã|chefe|mãe|amiga)|amig[oa]s?|vizinh[oa]|gurus?|influencers?|analistas?|baleias?|bancos?|fundos?(?! dupl)|professor|mandou|manda', ' my friend says '],
  ['se eu (?:fosse|tivesse|pudesse)|fosse|tivesse|teria|seria|estaria|faria|oxalá', ' if '],
  ['conta (?:de )?(?:demo|demonstração|teste|treino|simulada|virtual)|dinheiro (?:fictício|virtual|de mentira)|simulador|torneio', ' paper account '],
  ['curta|siga|marque|concorrer|sala vip|canal premium|grupo premium|assinantes|link na bio|cupom|código|indicação|patrocinad[oa]|bônus', ' giveaway '],
  ['aham|cartão de crédito|sogra|confia', ' yeah right '],
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
  ['não (?:compr[\\p{L}\\d]*|vend[\\p{L}\\d]*|entr[\\p{L}\\d]*|abr[\\p{L}\\d]*|é hora|vou)', ' do not trade '],
  ['nunca|jamais|evit(?:ar?|em|e)|fuja|longe de', ' do not trade '],
  ['(?:entrei|entramos) comprad[oa]s?', ' opened long '], ['(?:entrei|entramos) vendid[oa]s?', ' opened short '],
  ['comprei|comprou|compramos ontem|compraram|comprado', ' bought '],
  ['vendi|vendeu|venderam|vendido', ' sold '],
  ['abri|entrei|abriu|aberto', ' opened '],
  ['fech(?:ei|ou|ado|ada|amos|ando|ar|o)|encerr[\\p{L}\\d]+|saí|saindo|realiz(?:ei|ando|amos|ar) (?:lucros?|o lucro)|lucro no bolso', ' closed my '],
  ['ontem|semana passada|há (?:[\\p{L}\\d]+ )?(?:dias?|semanas?|meses|horas?)|ganhei|lucrei|resultados?|resumo|sigo|continuo|tinha', ' yesterday '],
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
  ['olá|oi|bom dia|boa sorte|sorte|obrigado|galera|pessoal|sou|novo|novato|iniciante|volume|tendência|suporte|resistência|risco|mercado|preço|forte|fraco|força|muito|pouco|bem|apertado|curto|paciência|vamos|vida|torçam|mim|primeir[oa]|semana|dia|máximo|isolad[oa]|margem|gerencie|seu|setup', ' '],
  ['acab(?:ei|amos) de', ' now '], ['agora|já|hoje', ' now '], ['aqui', ' here '], ['e', ' and '], ['com', ' with '], ['abaixo(?: d[aeo]s?)?', ' below '], ['acima(?: d[aeo]s?)?', ' above '], ['a partir de|em|a|por|na|no|nos|nas', ' at '], ['entre', ' between '],
  ['um|uma', ' a '], ['o|os|as|de|do|da|dos|das|meu|minha', ' the '], ['primeir[oa]|segund[oa]|terceir[oa]', ' first '],
  ['volume|tendência|suporte|resistência|mercado|estoques|volatilidade|liquidez|candle|gráfico|faixa|canal|fôlego|momento', ' trend '],
  ['mão leve|mão pequena|bora|gente|família|então|por isso|é|que|de novo|como sempre|por enquanto|pouc[oa]|muit[oa]s?|tamanho|pequen[oa]s?|lev[ea]|perdeu|perdendo|segur(?:a|ou)|respeit(?:a|ou)|defend(?:eu|e)|esticad[oa]|demais|cansad[oa]|sobrecomprad[oa]|sobrevendid[oa]|caro|barato|subindo|caindo|sobe|cai|fácil|clar[oa]|limp[oa]|bonit[oa]|bom|boa|melhor|nível|swing|intraday|day trade|metade|inteira|risco|seus?|suas?|meus?|para|pra|mas|também|só|sempre|outr[oa]|curto|colad[oa]|galera|hoje', ' '],
  ['linha|média móvel|médias?|RSI|IFR|MACD|fundo|topo|máximas?|mínimas?|duplo|triângulo|bandeira|cunha|vela|sessão|abertura|gráfico|barril|onça|dólar|juros|inflação|dados', ' trend '],
  ['duas|dois|três|quatro|cinco|seis|sete|oito|nove|dez|semanas?|m[eê]s(?:es)?|horas?|aí|tá|tô|está|estou|estamos|vem|veio|todo|toda|porque|ao|aos|últim[oa]s|diante|absurdo|moedas?|seguid[oa]s|vezes|cada|assim|embora|bastante|claramente|simplesmente|simples|eu', ' '], ['prêmio|relatório|barris|opep|fluxo|rejeição|quedas?|altas?|repique|recuo|resultados?|margens?|receita|valuation|recessão|corte|tarifas|bce|copom|ia', ' market '],
  ['boa|bom|dia|tarde|noite|olha|após|durante|enquanto|sobre|sob|este|esta|esse|essa|isso|isto|é|são|se|lhe|mais|menos|tão|ainda|despenca|desaba|decola|acorda|voa|vira|virou|freia|recupera|rejeita|rejeitou|consolida|acumula|rompeu|superou|manda|ajuda|apoia|confirma|respira|esfria|esquenta|dispara|mostra|marca|faz|tem|há|segue|tranquil[oa]|prudente|ajustad[oa]|limp[oa]|fresc[oa]|agressiv[oa]|conservador[a]?|tátic[oa]|técnic[oa]|rápid[oa]|posição|cuidado|atenção|controle|controlad[oa]|disciplina|calma|abraço|abraços|partiu|simbora|ok|blz|beleza|foco|na tela', ' '],
  ['iene', ' yen '],
]; // prettier-ignore

const FRENCH: Dictionary = [
  // Whole phrases first: what a number is, which way a trade goes, and that it was opened a moment ago.
  ["depuis (?:(?:une|deux|trois|quatre|cinq|plusieurs|quelques|\\d+|la|le) )?(?:jours?|semaines?|mois|heures?|an(?:s|née)?)", ' yesterday '],
  ["(?:et |, )?si (?:ça|on|le cours|le titre) (?:monte|touche|va|arrive|atteint|descend)(?: à| jusqu'à)?(?: les)? (\\$?\\d[\\d., ]*\\dk?|\\$?\\dk?),? (?:je vends|je prends|j'encaisse|je solde|je suis content)(?: (?:tout|mes (?:profits|gains|bénéfices)))?", ' target $1 '],
  ["(?:premier|deuxième|second|dernier) palier(?: à)?(?= \\$?\\d)", ' target '], ["(?<=target \\$?\\d[\\d., ]*,? )(?:second|deuxième|troisième)(?= \\$?\\d)", ' / '], ["(?:j'ai )?(?:appuyé sur|cliqué sur|pressé) (?:le|la) (?:bouton|gâchette)", ' opening '],
  ["(?:nous )?(?:initions|prenons|ouvrons)(?: aujourd'hui)?(?: une)? position(?= (?:sur|dans) )", ' now buying '], ["initions", ' opening '],
  ["(?:les |des |ses )?(?:achats|ventes) (?:de|des|nets?|nettes?|spéculati\\p{L}+)", ' market '], ["dollar australien", ' AUD/USD '], ["dollar néo-zélandais", ' NZD/USD '], ["sur ce (?:repli|niveau|rebond|support|point bas)", ' '], ["avant (?:le |la |les |l')?(?:cpi|fed|fomc|nfp|bce|week-end|données|chiffres|publication|emploi|weekend)", ' market '],
  ["(?:avec )?(?:un )?horizon(?: d'investissement)?(?: :)?(?: de)?(?: \\p{L}+| \\d+){0,3} (?:semaines?|jours?|mois|séances)", ' '],
  ["ratio (?:or|argent|btc|eth)\\p{L}*[/ -]\\p{L}+|banques? centrales?|vix|rachats? d'actions|rachats? de (?:positions|shorts)", ' market '],
  ["(?:ce n'est pas|c'est pas|pas)(?: un)? (?:conseil|recommandation|signal)(?: (?:d'(?:achat|investissement)|financier|de vente))*", ' '],
  ["(?:chacun\\p{L}*|chaque|les deux|tous (?:les )?deux|toutes (?:les )?deux)(?= (?:en|avec|à)? ?(?:levier )?(?:x ?)?\\d+ ?x?)", ' both '],
  ["(?:j'ai )?(?:remont|déplac|relev|mont|ajust|pass|abaiss|descend|ramèn|ramen)\\p{L}*(?: déjà)? (?:le|mon|mes|les) stops?|stops? (?:remont|déplac|relev|pass|ramen|ajust)\\p{L}+ (?:à|au|sous)|stops? (?:à|au|au niveau du) (?:break ?even|be|prix d'entrée|point d'entrée|seuil)", ' moved my stop '],
  ["(?:sans|pas de|aucun) stop(?:[ -]?loss)?(?: pour l'instant| pour le moment)?|sans (?:objectif|levier|cible)(?: fixe| défini)?", ' '],
  ["au[- ]dessus", ' above '], ["(?:en|au)[- ]dessous", ' below '], ["sous(?= (?:les? )?\\d)", ' below '],
  ["(?:stop(?:[ -]?loss)?|sl),?(?: (?!moved|et |objectif|cible|tp|target|touch|saut|hit|attein|take)[^\\d\\s.,;:|()]{1,14}){1,6},?(?: à)? (?=\\$?\\d)(?!\\d[\\d.,]* ?(?:bougies|heures|jours|min))", ' sl '],
  ["stop (?:sous|below|above|au-delà de) [^\\d.;:\\n]{1,30} ?[,:]? ?(?:à )?(?=\\$?\\d)", ' sl '],
  ["(?:above|below|sous)(?: de)?(?: les)? (\\$?\\d[\\d., ]*\\dk?|\\$?\\dk?),? (?:l'idée|je me|je suis|je sors|je coupe|dehors|je m'en|c'est|on coupe|on sort|invalid|j'ai tort|terminé)[^.,;\\n\\d]{0,30}", ' sl $1 '],
  ["(?:je|on|nous) (?:coupe|coupons|sors|sort|sortons|me trompe|dégage|jette l'éponge)(?: tout)? (?:si (?:ça|on|le cours|le prix) )?(?:casse |perd |passe |clôture )?(?:below|above|sous)(?: de)?(?: les)? (?=\\$?\\d)|(?:je|on|nous) (?:coupe|coupons)(?: tout)?(?: à| vers)(?: les)? (?=\\$?\\d)|invalid\\p{L}*(?: en clôture)? (?:below|above|sous)(?: de)?(?: les)? (?=\\$?\\d)|pertes? coupées? à (?=\\$?\\d)|coupure (?:à|vers) (?=\\$?\\d)", ' sl '],
  ["(?:et |, )?(?:à|vers|sur)(?: les)? (\\$?\\d[\\d., ]*\\dk?|\\$?\\dk?),? (?:je |on |nous )(?:sors|sort|prends|prend|solde|rachète|couvre|allège|ferme|encaisse|coupe tout|boucle|sortons|prenons|soldons)(?: (?:tout|la moitié|moitié|le reste|une partie|un tiers|partiellement|mes (?:profits|gains|bénéfices)|la position))*", ' target $1 '],
  ["(?:et |puis )?(?:je |on |nous |j')(?:sors|sort|sortirai|sortons|prends|prend|solde|solderai|soldons|rachète|couvre|allège|allégerai|ferme|encaisse|boucle|prenons|déboucle)(?: (?:tout|la moitié|moitié|le reste|une partie|un tiers|partiellement|(?:mes |les |nos |des )?(?:profits|gains|bénéfices)|la position|le tout))*(?: à| vers| autour de| sur)(?: les)? (?=\\$?\\d)", ' target '],
  ["(?<=(?:achet|achèt|achat|acheteu|long|buy)[^]{0,300})(?:et |puis )?(?:je |on |nous )?(?:re)?(?:vends?|vendrai|vendons|vente)(?: (?:tout|la moitié|moitié|le reste|une partie|un tiers))*(?: à| vers| sur)(?: les)? (?=\\$?\\d)", ' target '],
  ["(?:(?:avant|à|en|après|d'ici)(?: la)?|de) clôture", ' market '],
  ["(?:je vise|on vise|nous visons|vise|visant|en visant|je cherche|je veux|direction|en route vers|rendez-vous (?:à|vers)|retour (?:à|vers|sur)|(?:notre |mon |l')?objectif (?:se situe|est|reste|sera)(?: fixé| placé)? (?:à|vers))(?: les?| un retour (?:à|vers|sur)(?: les)?)? (?=\\$?\\d)|obj(?:ectifs?)?\\.? (?:à |vers |sur )?(?:les )?(?=\\$?\\d)|(?:première?|deuxième|seconde?|dernière?) (?:sortie|cible|objectif)(?: à| vers)? (?=\\$?\\d)|(?:sorties?|rachat)(?: partielle?s?| finale?s?)?(?: (?:à|vers|sur|autour de))?(?: les)? (?=\\$?\\d)|prises? de (?:profits?|bénéfices?|gains?)(?: à| vers| sur)? (?=\\$?\\d)|take profit (?:à )?(?=\\$?\\d)", ' target '],
  ["(?<=\\d[\\d., ]*k?,? )(?:et |puis )?(?:ensuite )?(?:le reste|le solde|un tiers|la moitié|l'autre moitié|la deuxième|la seconde|le deuxième|le second|le dernier)(?: (?:à|vers|sur))?(?: les)? (?=\\$?\\d)", ' / '],
  ['(?<=target \\$?\\d[\\d., /]*k?,? )(?:et|puis)(?: (?:à|vers|les)){0,2} (?=\\$?\\d)', ' / '],
  ["(?:\\$ ?)?/ ?once|(?:\\$ )?(?:l'|par )once(?! d'or)|le baril|par action|au comptant", ' '],
  ["il y a (?:(?:un|une|quelques|deux|trois|quatre|cinq|dix|quinze|vingt|\\d{1,2}|à peine|même pas|environ) ?)*(?:petites? )?(?:minutes?|secondes?|instants?|moment|min)|à l'instant(?: même)?|tout juste|juste là|il y a peu", ' just now '],
  ["(?:je |on |nous )?(?:viens|vient|venons) (?:tout juste |juste |à peine )?(?:d'acheter|de racheter|de (?:prendre|ramasser|rentrer|charger|choper)(?= (?:du|de l'|de la|des|quelques|un peu de) ?(?!short|vente|profits|bénéfices|gains)))|(?:(?:j'|je )?(?:ai|avons) )?acheté(?=(?:[^.!?\\n]|\\.(?=\\d)){0,60} just now )|(?<= just now (?:[^.!?\\n]|\\.(?=\\d)){0,40})(?:(?:j'ai |avons )?acheté)|(?:je |on )(?:prends|charge|ramasse|rentre|prend)(?= (?:du|de l'|de la|des|quelques|un peu de) ?(?!short|vente|profits|bénéfices|gains|pertes))", ' now buy '],
  ["(?:je |on |nous )?(?:viens|vient|venons) (?:tout juste |juste |à peine )?(?:de (?:shorter|vendre à découvert|passer (?:vendeu(?:r|se)|short)))|(?:shorté|vendu à découvert)(?=(?:[^.!?\\n]|\\.(?=\\d)){0,60} just now )", ' now short '], ["(?:je |on )?vend\\p{L}* ((?:[\\p{L}$'/]+ ){0,3})à découvert", ' now short $1 '], ["(?:viens|vient|venons) (?:tout juste |juste )?(?:de passer (?:acheteu(?:r|se)|long))", ' now opening long '],
  ["(?:je |on |nous )?(?:viens|vient|venons) (?:tout juste |juste |à peine )?(?:d'ouvrir|d'entrer|de (?:prendre|rentrer|lancer|placer|rouvrir|me placer|me mettre|me positionner))|(?:(?:je|on) (?:suis|est) )?(?:r?entrée?|positionnée?|ouvert|pris)(?=(?:[^.!?\\n]|\\.(?=\\d)){0,60} just now )|(?<= just now (?:[^.!?\\n]|\\.(?=\\d)){0,30})(?:r?entrée?|ouvert|pris)", ' opening '],
  ["positions? (?:acheteuse|longue|à l'achat|haussière)s?", ' long '], ["positions? (?:vendeuse|courte|short|à la vente|baissière)s?", ' short '], ["(?:reste|demeure|est|sont|étaient|était)(?: \\p{L}+){0,2} (?:vendeu|acheteu)(?:r|se)s?(?! (?:de|d'|sur l'[a-z]{2,5} à))(?<!je reste \\p{L}+)", ' market '],
  ["(?<=^|[.!:\\n] ?|suis |on est )acheteur d[eu](?= )", ' buying '], ["(?<=^|[.!:\\n] ?|suis |on est )vendeur d[eu](?= )", ' selling '],
  ["dollar (?:contre|face au)(?: le)? yen", ' USD/JPY '], ["euro (?:contre|face au)(?: le)? dollar", ' EUR/USD '], ["livre(?: sterling)? ?(?:contre(?: le)? |face au |[/-] ?)dollar", ' GBP/USD '], ["dollar (?:contre|face au)(?: le)? franc(?: suisse)?", ' USD/CHF '], ["dollar (?:contre|face au)(?: le)? (?:dollar )?canadien", ' USD/CAD '],
  ["(?:above|below)(?: de)?(?: les)? \\d[\\d., ]*\\d (?:uniquement|seulement|exclusivement)|j'attends (?=\\d)|(?:uniquement|seulement|exclusivement) (?:si|sur|sous|en|au|après|below|above)|sur (?:un |le )?(?:repli|retour|pullback|rebond|cassure|retest)(?: vers| sur| à| des?)?|dès qu(?:e|')|aussitôt|tant qu(?:e|')|n'(?:achète|entre|ouvre) qu|ne (?:rentre|vends|shorte|prends) qu|en attendant", ' if '],
  ["(?:ordre|achat|vente|limite|limit)(?: \\p{L}+){0,3} (?:en attente|posée?|placée?|programmée?)(?= (?:à|vers|très|plus|loin|sous))|ordres? (?:limites?|à cours limité|stop)(?! ?loss)|alerte (?:posée )?à", ' if resting '],
  ["mdr+|ptdr+|lol+|(?:ha){2,}h?|(?:hé){2,}|😂", ' chuckle '],
  ["exercices?|élèves?|étudiants?|modules?|manuel|atelier|examen|calculez|calculer le", ' for example '],
  ["vous (?:en )?pens\\p{L}+|qu'en (?:dites|pens)\\p{L}*|vous feriez|que feriez|des avis|bonne idée ou|ou (?:j'attends|mieux vaut)|ça vous (?:semble|paraît)|vous (?:êtes|validez|suivez)", ' should i '],
  ["(?:on m'a (?:dit|parlé|soufflé|conseillé)|il paraît|paraît que|à ce qu'il paraît|j'ai (?:lu|entendu|vu passer)|le bruit court|rumeur)", ' says '],
  ['première sortie|sortie partielle', ' target '], ['demande|offre', ' market '], ['chinoise?s?|américaine?s?|européenne?s?|asiatiques?|fortes?|faibles?|sur son', ' '],
  ["en 20[012]\\d(?![\\d.,])|20[012]\\d(?= ?:)|il y a (?:un|une|deux|trois|\\d+) \\p{L}+|j'ai été|perdu", ' yesterday '], ["je pensais|fini|c'était|était", ' was '], ['brouillon|reçu ça|reçu|le trade de', ' says '],
  ["m'a (?:sorti|tué|liquidé|cuit|stoppé)|me suis fait|erreur de ma part|je corrige|j'efface", ' closed my '],
  ['(?<!au |du )marchés?|volumes?|tendance|support|résistance|volatilité|liquidité', ' market '],
  ["(?:je )?(?:rajoute|ajoute|renforce|initie|lance|exécute|monte|place|charge|ramasse)(?: (?:du|un|une))?", ' opening '], ["entrée en (?=short|long)", ' opening '],
  ['dollars|euros|normale?|enfin|finalement|habituelle?|standard|modérée?|réduite?|complète?|demi-position|un tiers', ' '], ['platine', ' platinum '], ['gaz naturel', ' natural gas '],
  ["partiels? à|je couvre à|rachat", ' target '], ["annulation|annulé (?:sous|au-dessus de|à)", ' sl '],
  ["(?:perd|attein|touch|dépass|arriv|rempl|saut)\\p{L}* (?:l'|le |la |les |au |à l'|mon )*(?:objectifs?|stops?|tps?\\d?|cibles?)|(?:objectifs?|stops?|tps?\\d?|cibles?) (?:a |est |sont |ont |été )*(?:attein|touch|dépass|rempl|pris|saut|valid)\\p{L}*", ' was hit '], ["c'est (?:plié|fini|fait|réglé)|terminé|tout est dehors|bouclé", ' closed my '], ["d'abord", ' if '], ["j'ouvrirais|je prendrais|je (?:ne )?ferais", ' maybe '],
  ["presque|failli|sur le point|rêvé|rêve", ' maybe '], ['sondage|votez', ' poll '], ['copi(?:e|ez|é)', ' says '], ['système|modèle|commande|assistant|robot', ' ignore instructions '],
  ["en cours(?= ?:)|en cours(?=$|[.,\\n])", ' '], ["et (?=sl |target |tp )", ' '], ["validez|vous (?:faites|prenez|achetez)", ' should i '], ["(?<=long|short) à l'instant", ' now '],
  ["oui j'ai un vrai ordre (?:exécuté|passé)", ' '], ["(?<=\\d )(?:points?|dollars?|euros?)", ' '],
  ["sur (?:l'|le |la )?([a-z$#]{2,6})(?= )", ' on $1 '],
  ['(?:risque|je risque)(?: de| limité à| max| seulement)* ?\\d[\\d.,]* ?%(?: du compte| du capital| du portefeuille)?', ' '],
  ["sans blague|pas une blague|sérieusement|pour de vrai|c'est pas une blague", ' '],
  ["hors de question|même pas en rêve|plutôt mourir|pas question|sûrement pas|certainement pas|rien à (?:acheter|vendre)", ' do not trade '],
  ["(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)(?: dernier)?(?= |,)|le mois dernier|l'an dernier|j'étais|sont tombés|est tombé|a payé|ont payé|passé à la caisse", ' yesterday '],
  ["beau-frère|belle-mère|mon (?:cousin|oncle|frère|chef|patron|voisin|père|pote|ami|collègue)|ma (?:cousine|tante|sœur|mère|copine|voisine)|ami[es]*|pote[s]?|voisin|gourous?|influenceu\\p{L}+|analystes?|baleines?|banques?|fonds|youtubeu\\p{L}+|prof|tiktok", ' my friend says '],
  ["si j'avais|j'aurais|aurait|serais|serait|ferais|si seulement", ' if '],
  ["compte (?:de )?(?:démo\\p{L}*|test|d'entraînement|fictif|virtuel)|argent (?:fictif|virtuel)|simulateur|tournoi|sur papier", ' paper account '],
  ["membres payants|réservé|lien en (?:bio|profil)|groupe privé|abonnés|code promo|sponsorisé|bonus|formation", ' giveaway '],
  ["mais oui|bien sûr|loyer|c'est sûr|que pourrait-il", ' yeah right '],
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
  ['livre ?/ ?dollar', ' GBP/USD '], ['euro ?/ ?dollar', ' EUR/USD '], ['dollar ?/ ?yen', ' USD/JPY '], ['(?<=^|[.!:,\\n] ?|suis |passé?e? |r?entrée? |opening |mets |positionnée? |now )(?:net )?(?:vendeur|vendeuse)', ' short '], ['(?<=^|[.!:,\\n] ?|suis |passé?e? |r?entrée? |opening |mets |positionnée? |now )(?:net )?(?:acheteur|acheteuse)', ' long '], ['sortie visée', ' target '], ['dès (?:maintenant|ce matin)', ' now '],
  ['(?:je )?viens (?:juste )?(?:de prendre|d\'ouvrir|d\'entrer|de rentrer|d\'acheter)', ' opening '],
  ['sortie|sorties', ' target '], ["once d'or", ' gold '], ['en position|position prise|ordre (?:exécuté|passé)|exécuté|actif|vrai ordre', ' '],
  ['je rentre|je me positionne|rentre|positionné', ' opening '], ['je coupe (?:sous|au-dessus de|à)|coupure (?:sous|à)|invalidation', ' sl '], ['moi', ' '],
  ["n'(?:achet[\\p{L}\\d]*|entr[\\p{L}\\d]*|ouvr[\\p{L}\\d]*) (?:pas|plus|surtout pas|jamais)|ne (?:[\\p{L}\\d]+ )?(?:pas|plus|jamais) (?:[\\p{L}\\d]+ )?|ne [\\p{L}\\d]+ (?:pas|plus|jamais)|surtout pas|jamais|évit(?:er|ez|e)", ' do not trade '],
  ['(?:j’|j\')?(?:ai|avais|a|ont|avons) (?:[\\p{L}\\d]+ )?(?:acheté|pris)|acheté[es]*', ' bought '],
  ['(?:ai|a|ont|avons) (?:[\\p{L}\\d]+ )?vendu|vendu[es]*|shorté|longué', ' sold '],
  ['ouvert|entré|pris (?:un|une)', ' opened '],
  ['clôtur[\\p{L}\\d]+|ferm(?:é|er|e|ons|ez)|soldé|sorti|je sors|coup(?:é|e) (?:mon|ma|le|la)|prise de (?:profits?|bénéfices?) (?:sur|partielle)|je prends mes (?:profits|gains)|encaiss[\\p{L}\\d]+', ' closed my '],
  ['hier|la semaine dernière|le mois dernier|il y a (?:[\\p{L}\\d]+ )?(?:jours?|semaines?|mois)|gagné|résultats?|bilan|toujours (?:en|long|short|dans)|depuis (?:lundi|hier|mardi|la)|étais', ' yesterday '],
  ['touché|atteint|atteinte', ' was hit '],
  ["s'il|s’il|si(?= )|seulement si|à condition|sauf si|quand|lorsque?|dès que|une fois|en cas de|après (?:la|une|le|un)|j'attends|attendre|attends|attendons|en attente|casse|cassure|franchi[\\p{L}\\d]*", ' if '],
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
  ['ligne|droite|moyenne mobile|moyennes?|RSI|MACD|plancher|plafond|plus hauts?|plus bas|creux|sommet|double|triangle|drapeau|biseau|bougie|séance|ouverture|graphique|baril|once|dollar|taux|inflation|données|canal', ' trend '],
  ["est|sont|sera|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|semaines?|heures?|fois|ans|qui|trop|tout|toute|dans|même|là|ouverte?|bon|par|temps|haut|franchement|journée|début|hebdo|verra|bien|chaque|ainsi|car|parce|puisque|vraiment|assez|simplement|simple|j'ai|l'|d'", ' '], ["rebonds?|replis?|marges?|l'opep|opep|bce|emploi|hausse|baisse|l'écart|écart|positionnement|contexte|résultats?|valorisation|récession|chiffres|droits de douane|croissance|cassure|taux", ' market '],
  ["bonsoir|coucou|hello|matin|soir|après-midi|durant|pendant|celui|celle|ça|s'|se|ses|son|leur|plus|moins|si peu|déjà fort|décolle|s'effondre|s'envole|se réveille|se retourne|ralentit|récupère|rejette|consolide|accumule|cassé|a cassé|commande|aide|appuie|confirme|respire|refroidit|chauffe|montre|marque|il y a|a|ont|va|reste|tranquille|prudent|ajusté|propre|frais|agressif|tactique|technique|rapide|attention|contrôle|contrôlé|discipline|calme|bonne? (?:journée|soirée|séance|trades?)|c'est tout|voilà|ok|go|serrée?|large|protégé|du|d'une?|une?|au-dessus de(?= l)", ' '],
]; // prettier-ignore

const GERMAN: Dictionary = [
  // Whole phrases first: what a number is, which way a trade goes, and that it was opened a moment ago.
  ['notausstieg|notbremse(?= (?:bei |unter |über )?\\d)', ' sl '], ['rückkauf(?: (?:geplant|vorgesehen))?(?: (?:um|bei|ab))? (?=\\d)', ' target '], ['(?<=^|[,.:] ?|so )drin(?=[:,. ])', ' opening '],
  ['(?:nehme|nehmen) ([\\p{L}$ ]{2,20}?)(?: \\([A-Z]+\\))? (?:zu|bei) (\\d[\\d.,]*)(?: usd| us-dollar| dollar| euro)? (?:auf|ins depot|ins portfolio)', ' now buying $1 at $2 '], ['sicher(?:e|n)(?: wir| ich)?(?: \\p{L}+)? (?:bei|unter|über) (\\d[\\d.,]*\\d)(?: ab)?', ' sl $1 '],
  ['(?:auf (?:der|die) )?long-?seite', ' long '], ['(?:auf (?:der|die) )?short-?seite', ' short '], ['(?:steige?|gehe?)(?= bei [^.,\\n]{0,25}(?:long|short))', ' opening '], ['gekauft wurde|gekauft wird|käufe|verkäufe', ' market '], ['australische[rn]? dollar', ' AUD/USD '],
  ['(?:haltedauer|(?:zeit|anlage)?horizont):?(?: etwa| rund| circa| von| ca)?(?: \\p{L}+| [\\d-]+){0,3} (?:wochen?|tagen?|tage|monate?n?|stunden)', ' '], ['spricht (?:auch |klar |weiter )?(?:dafür|dagegen|für)|saisonalität', ' market '],
  ['(?:gold|silber|btc|eth)[-/](?:gold|silber|btc|eth)\\p{L}*[- ]?ratio|notenbank\\p{L}*|zentralbank\\p{L}*|etf-zuflüsse|etf-abflüsse|vix', ' market '],
  ['(?:das ist )?keine?(?: \\p{L}+)? (?:anlageberatung|empfehlung|kaufempfehlung|handelsempfehlung|beratung|anlageempfehlung)', ' '],
  ['(?:beides?|jeweils|je|alle (?:drei|beide|zwei)|alle)(?= (?:mit|à|auf|bei)? ?(?:hebel )?(?:x ?)?\\d+(?: ?x|fach|er))', ' both '],
  ['(?:ziehe?|zog|habe?|setze?|verschieb\\p{L}*|schieb\\p{L}*|hebe?) (?:jetzt |nun |schon |now )?(?:den|meinen|die|meine) stopp?s?(?: \\p{L}+){0,3}(?: nach| nachgezogen| hoch| auf einstand| rauf| runter)|stopp? (?:nachgezogen|hochgezogen|auf einstand|angepasst|verschoben|auf be|auf break ?even)', ' moved my stop '],
  ['(?:ohne|kein(?:en)?) stopp?(?:[ -]?loss)?|ohne (?:festes |konkretes )?(?:ziel|hebel)', ' '],
  ['(?:stopp?(?:[ -]?loss)?|stopp?kurs|stopp?marke|sl),?(?: (?!moved|und |ziel|tp|target|erreicht|gerissen|hit|kursziel|take|nach(?:ziehen|gezogen))[^\\d\\s.,;:|()]{1,14}){1,6}(?:, (?:bei|auf))? (?=\\$?\\d)(?!\\d[\\d.,]* ?(?:kerzen|stunden|tage|min))', ' sl '],
  ['(?:sl|stopp?) ?(\\d[\\d.,]* ?%) (?:dr?unter|darüber|drüber|weg|entfernt|tiefer|höher)', ' sl $1 '], ['(?:ziel|tp|target) ?(\\d[\\d.,]* ?%) (?:dr?unter|darüber|drüber|weg|entfernt|tiefer|höher)', ' target $1 '], ['(?<=\\d ?% ?)(?:darunter|drunter|darüber|drüber|tiefer|höher)', ' '],
  ['(?:unter|über)(?: den| die)? (\\$?\\d[\\d.,]*k?) (?:bin ich|steige ich|ist die idee|lieg|ist schluss|ist ende|raus|schmeiß|verkauf|geh ich|gehe ich raus|nehme ich den verlust)[^.,;\\n\\d]{0,30}', ' sl $1 '],
  ['(?:raus|falsch|ungültig|hinfällig|draußen|schluss)(?: bin ich| ist)?(?: erst)? (?:unter|über)(?: der| den)? (?=\\$?\\d)|(?:verlust|absicherung|abgesichert|notbremse|reißleine|sicherung)(?: \\p{L}+){0,2} (?:bei|unter|über|auf|ab)(?: der)? (?=\\$?\\d)', ' sl '],
  ['(?:und )?(?:oben |unten |dann )?(?:bei|um|ab)(?: der| den)? (\\$?\\d[\\d.,]*k?) (?:wird |will ich |nehme ich |verkaufe ich |gehe ich |geh ich |steige ich |mache ich |kommt |ist |decke ich |stelle ich )(?:(?:die|den|das) )?(?:alles |hälfte |rest |komplett |wieder |erste |teil\\p{L}* )*(?:kassiert|verkauft|eingedeckt|glattgestellt|zurückgekauft|raus|aus|gewinne? (?:mit|mitgenommen|raus)|gewinnmitnahme|verkaufen|zu|ein|glatt|feierabend|kasse|mit)?', ' target $1 '],
  ['(?:und )?(?:raus|verkaufen|verkauft|kassieren|kassiert|aussteigen|mitnehmen|eindecken|glattstellen|zurückkaufen|gewinne? mitnehmen|gewinne? mitgenommen)(?: (?:will|werde|möchte) (?:ich|wir)| (?:wird|werden)| soll(?:en)?)(?: (?:die|das|den|es|alles|hälfte|wieder))* (?:bei|um|ab|im bereich)(?: der| den)? (?=\\$?\\d)', ' target '],
  ['(?:verkaufe|schmeiße|nehme|decke|stelle|gebe|werfe)(?: (?:ich|wir|alles|die hälfte|den rest|sie|ihn|es|gewinne?|einen teil|dann|wieder))+ (?:bei|um|ab)(?: der)? (?=\\$?\\d)', ' target '],
  ['(?:erste(?:s|r)?|zweite(?:s|r)?|letzte(?:s|r)?|finale(?:s|r)?) (?:kurs)?ziel(?:e|zone|kurs|marke)?(?: (?:bei|um|ist|liegt bei|sehe ich bei))? (?=\\$?\\d)|(?:ziel|tp)(?:e|zone|kurs|marke|bereich)?(?: (?:ist|sind|liegt|sehe|wäre|bleibt|bei|um|ich|im|bereich|die|der)){1,4} (?=\\$?\\d)|gewinnmitnahmen?(?: (?:bei|um|ab|im bereich))?(?: der)? ?:? ?(?=\\$?\\d)|(?:ich )?(?:will|möchte) (?:die )?(?=\\$?\\d)|(?:ich )?(?:peile|ziele)(?: \\p{L}+){0,2} (?:die |auf )?(?=\\$?\\d)', ' target '],
  ['(?<=\\d[\\d.,]*k? )(?:die hälfte|ein drittel|einen teil|teil\\p{L}*) und (?:bei |um )?(\\$?\\d[\\d.,]*k?)(?: (?:den|der) rest)?', ' / $1 '],
  ['(?<=\\d[\\d.,]*k?,? )(?:und )?(?:dann |danach )?(?:der|den|das|die)? ?(?:rest|zweite|zweites|dritte|letzte|andere hälfte)(?: (?:bei|um|auf))? (?=\\$?\\d)', ' / '],
  ['(?<=target \\$?\\d[\\d., /]*k?,? )(?:und|dann)(?: (?:bei|um|die)){0,2} (?=\\$?\\d)', ' / '],
  ['(?:verkauf|verkaufe) ([\\p{L}$#/. ]{1,25}?),? (?:[\\p{L}]+ )?leer(?= |,|\\.|$)', ' short $1 '], ['(?:leer(?:verkauft|verkauf|verkaufe)|geshortet)(?=(?:[^.!?\\n]|\\.(?=\\d)){0,60}(?:stopp?|sl) )|leerverkauft', ' now short '],
  ['samm(?:le?|el) ([\\p{L}$#/]{2,20})(?: [^.,\\n\\d]{1,20})? ein(?= |,|\\.|$)', ' buying $1 '], ['(?:greife|greif|schlage|schlag) (?:jetzt |hier |now )?(?:bei|in) ([\\p{L}$#/]{2,20})(?: [^.,\\n\\d]{1,20})? zu(?= |,|\\.|$)', ' buying $1 '],
  ['(?:grad|grade|gerade|eben|soeben|vorhin|frisch|jetzt|vor (?:(?:ein paar|wenigen|einer|zwei|drei|fünf|zehn|\\d{1,2}) )?(?:sekunden|minuten?|min|augenblicken))(?: eben| erst)?(?=(?:[^.!?\\n]|\\.(?=\\d)){0,60} (?:rein|gekauft|eröffnet|gegangen|aufgemacht|eingestiegen|gelegt|geholt|geshortet|gelongt|drin|position|long|short))', ' just now '],
  ['(?<= just now (?:[^.!?\\n]|\\.(?=\\d)){0,60})(?:gekauft|ins depot (?:gelegt|geholt|genommen)|zugekauft|eingesammelt|geholt|gegriffen)|(?:gekauft|geholt)(?=(?:[^.!?\\n]|\\.(?=\\d)){0,30} just now )', ' now buy '],
  ['(?<= just now (?:[^.!?\\n]|\\.(?=\\d)){0,60})geshortet|geshortet(?=(?:[^.!?\\n]|\\.(?=\\d)){0,30} just now )', ' now short '], ['(?<= just now (?:[^.!?\\n]|\\.(?=\\d)){0,60})gelongt', ' now long '],
  ['(?<= just now (?:[^.!?\\n]|\\.(?=\\d)){0,60})(?:eröffnet|aufgemacht|eingestiegen|gegangen|rein|reingegangen|drin)', ' opening '],
  ['(?:bin )?(?:[^.\\n]{0,30})(?<=(?:long|short)) rein(?=[ ,.:]|$)', ' $& '], ['(?<=(?:long|short)(?: [\\p{L}$]+){0,2} )rein(?=[ ,.:!]|$)', ' opening '],
  ['(?:auf der )?käuferseite(?: drin| dabei)?', ' long '], ['(?:auf der )?verkäuferseite(?: drin| dabei)?', ' short '],
  ['(?:us-?)?dollars? (?:gegen|zum|versus)(?: den| die)?(?: japanischen)? yen', ' USD/JPY '], ['euro (?:gegen|zum|versus)(?: den)? (?:us-?)?dollar', ' EUR/USD '], ['pfund(?: sterling)? (?:gegen|zum|versus)(?: den)? (?:us-?)?dollar', ' GBP/USD '], ['(?:us-?)?dollars? (?:gegen|zum|versus)(?: den)?(?: schweizer)? franken', ' USD/CHF '],
  ['(?:einstiegs|kauf|verkaufs|durchschnitts|ausführungs)kurs|kurs(?= ?:? ?(?:von |bei |liegt bei )?\\d)|mein fill|fill(?= ?:? ?\\d)', ' entry '], ['aktuelle[nrm]? kurs\\p{L}*|(?:der|den|dem|vom) kurs', ' market '],
  ['nur (?:bei|unter|über|wenn|falls|ab|mit|nach)|erst (?:bei|unter|über|wenn|ab|nach|mit|sobald)|(?:bei|nach|auf)(?: \\p{L}+){0,2} (?:rücksetzern?|rücklauf|pullback|korrektur|ausbruch|rückkehr)|solange(?: der| die| das)? (?:kurs|preis)|bis dahin|vorher nicht', ' if '],
  ['abstauber\\p{L}*|kauflimits?|verkaufslimits?|limit-?(?:order|kauf|verkauf)s?(?= (?:liegt|steht|wartet|tief|weit|platziert|gesetzt|bei \\d[^]*(?:aktuell|gerade bei|noch)))|order(?: \\p{L}+){0,3} (?:liegt|wartet|steht|platziert|hinterlegt)|alarm (?:bei|auf)', ' if resting '],
  ['(?<=(?:geshortet|gekauft|gelongt|eröffnet|eingestiegen|gegangen|verkauft)(?:[^.!?\\n]|\\.(?=\\d)){0,20})(?:gerade eben|eben gerade|soeben|eben|gerade|grade|vor (?:wenigen|ein paar|einer|zwei|drei|fünf|zehn|\\d{1,2}) (?:minuten?|sekunden))', ' just now '],
  ['(?:ha){2,}h?|(?:hi){2,}|lo+l|rofl|😂', ' chuckle '],
  ['übung(?:saufgabe|en)?|aufgabe|schüler|teilnehmer|modul|lehrbuch|prüfung|berechne[tn]?', ' for example '],
  ['was (?:meint|denkt|haltet|sagt) ihr|meint ihr|eure (?:meinung|einschätzung|gedanken)|was würdet|würdet ihr|seht ihr|oder (?:lieber|doch|was)(?= |$)|gute idee oder|oder quatsch', ' should i '],
  ['angeblich|man sagt|hab(?:e)? gehört|gelesen dass|es heißt|gerüchte\\p{L}*|wurde mir (?:gesagt|geflüstert|empfohlen)', ' says '],
  ['(?:höchst|tiefst|stärkst|schwächst)\\p{L}* seit (?:\\p{L}+|\\d+)(?: (?:wochen|monaten|tagen|jahren))?|von gestern|vom vortag|des vortags', ' market '],
  ['erster ausstieg|teilausstieg', ' target '], ['nachfrage|angebot', ' market '], ['chinesische[rsn]?|amerikanische[rsn]?|europäische[rsn]?|asiatische[rsn]?|schwache?[rsn]?|starke?[rsn]?|(?:prallt|springt) (?:an|von)(?: der| dem)?|ab(?=[.,])|an der', ' '],
  ['(?:im jahr |in )?20[012]\\d(?= ?:)|im jahr 20[012]\\d|vor (?:einem|einer|zwei|drei|\\d+) \\p{L}+|dachte|verloren', ' yesterday '], ['entwurf|nicht handeln|kam über|trade von', ' says '],
  ['hat mich (?:rausg|ausg|erw|gekill)\\p{L}*|mein fehler|korrektur|lösche', ' closed my '],
  ['(?<!zum )märkte?|markt|volumen|trend|unterstützung|widerstand|volatilität|liquidität|lagerbestände', ' market '],
  ['stocke ([\\p{L}$]+) (long|short) auf', ' opening $2 $1 '], ['(?:stocke|stocken) auf|(?:lege|legen) nach|baue auf|starte|platziere|setze ein|führe aus|hole mir|nehme(?= (?:long|short))', ' opening '], ['(long|short)-? ?(?:einstieg|position|trade|signal|setup|idee)', ' $1 '],
  ['normale?[rsn]?|endlich|schließlich|übliche?|standard|moderat|reduziert(?=e)|halbe position|ein drittel|atmet', ' '], ['platin', ' platinum '], ['erdgas', ' natural gas '],
  ['teilverkauf bei|eindecken bei|rückkauf', ' target '], ['hinfällig (?:unter|über|bei)', ' sl '],
  ['(?:ziel|stopp?|tp) ?\\d? (?:nach \\p{L}+ \\p{L}+ )?(?:ist |war |wurde |schon |bereits )*(?:da|gefallen|geholt|abgeholt|durch|gerissen|erledigt|drin|abgearbeitet|gezogen)|(?:rei|hol|trif|erreich)\\p{L}* (?:das |den |mein\\p{L}* )?(?:ziel|stopp?)', ' was hit '], ['erledigt|fertig|alles raus|durch damit', ' closed my '], ['aber erst|zuerst', ' if '], ['ginge|täte|käme|nähme', ' maybe '],
  ['beinahe|fast|kurz davor|geträumt|traum', ' maybe '], ['umfrage|abstimm\\p{L}+', ' poll '], ['optionen|optionsschein\\p{L}*', ' options '], ['kopier\\p{L}+', ' says '], ['system|modell|befehl|assistent|bot', ' ignore instructions '], ['onkel|cousin|tante|oma|opa|man soll', ' my friend says '],
  ['(?:auf|zum kurs von|beim kurs von) (?=\\d)', ' at '], ['wird (?:hier|jetzt|now|gerade)? ?verkauft', ' now sell '], ['wird (?:hier|jetzt|now|gerade)? ?gekauft', ' now buy '], ['(?:bin|ich bin) (?:jetzt |now |gerade )?drin', ' opening '], ['leerverkauft', ' now short '],
  ['(?:raus|ausstieg) (?:bei|um) (?=\\d)', ' target '], ['(?:mache|machen) [^.\\n]{0,40} zu', ' closed my '], ['ohne hebel', ' '], ['(?:vierfach|sechsfach|siebenfach|achtfach) \\((\\d+)x\\)', ' $1x '], ['(?<=\\d )(?:punkte|dollar|euro)', ' '],
  ['(?:limit|limitorder|order|kauforder|verkaufsorder|auftrag) (?:liegt|steht|wartet|ist platziert|platziert)', ' waiting '],
  ['(?:risiko|riskiere)(?: von| nur| maximal| max| liegt bei)* ?\\d[\\d.,]* ?%(?: vom| des)?(?: depots?| kontos?| kapitals?)?', ' '],
  ['kein (?:witz|scherz|spaß)|im ernst|ernsthaft|ehrlich', ' '],
  ['mich bringt keiner|nie im leben|auf keinen fall|um nichts in der welt|im leben nicht|keine chance|keiner', ' do not trade '],
  ['(?:am|letzten|vergangenen) (?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)|letztes jahr|letzten monat|neulich|damals|kam das ziel|aufgegangen|gelaufen', ' yesterday '],
  ['schwager|schwiegermutter|mein (?:cousin|onkel|bruder|chef|nachbar|vater|kumpel|freund|kollege)|meine (?:cousine|tante|schwester|mutter|freundin|nachbarin|kollegin)|kumpel|nachbar|gurus?|influencer|analysten?|wale?|bank(?:en)?|fonds|youtuber|lehrer', ' my friend says '],
  ['hätte|wäre|würd(?:e|en)|hätten|wären', ' if '],
  ['musterdepot|übungskonto|demokonto|testkonto|spielgeld|simulator|planspiel|börsenspiel|papierhandel', ' paper account '],
  ['nur für mitglieder|mitglieder|link im profil|link in der bio|gutschein\\p{L}*|rabatt\\p{L}*|werbung|bonus|seminar', ' giveaway '],
  ['klar doch|ja klar|na klar|miete|was soll schon|sicher doch', ' yeah right '],
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
  ['unter (?=\\d)', ' below '], ['über (?=\\d)', ' above '], ['(unter|über) ([\\d.,]+) (?:bin ich|ist) (?:raus|draußen|schluss|ende)', ' sl $2 '], ['(?:oben|unten|bei) ?(?:nehme ich|nehmen wir)|nehme ich', ' target '],
  ['(\\d+)er hebel', ' $1x '], ['hand drauf|neuer versuch|wieder dabei|frisch(?:e|er)?|position', ' '], ['einstand|kaufkurs|rein bei|eingang', ' entry '], ['leer(?:verkauf|verkäufe)', ' short '],
  ['(?:bloß |jetzt |bitte |auf keinen fall )?nicht(?: [\\p{L}\\d]+){0,3} (?:kaufen|verkaufen|shorten|longen|gehen)|nicht|kein(?:e|en)?|niemals|nie|finger weg|vermeide[\\p{L}\\d]*', ' do not trade '],
  ['gekauft|zugekauft|eingekauft', ' bought '], ['verkauft|geshortet|gelongt', ' sold '], ['eröffnet|eingestiegen|gegangen|aufgemacht', ' opened '],
  ['geschlossen|schließe|schließen|glattgestellt|ausgestiegen|steige aus|raus aus|gewinne? (?:mitgenommen|mitnehmen|realisier[\\p{L}\\d]+)|gewinnmitnahmen?|realisiert|teilgewinn[\\p{L}\\d]*|ausgestoppt', ' closed my '],
  ['gestern|letzte (?:woche|nacht)|letzten monat|vor (?:[\\p{L}\\d]+ )?(?:tagen|wochen|monaten|stunden)|gewonnen|ergebnisse?|rückblick|immer noch|weiterhin|hatte|hatten|seit', ' yesterday '], ['war|waren', ' was '],
  ['erreicht|getroffen|ausgelöst', ' was hit '],
  ['wenn|falls|sofern|sobald|erst (?:wenn|nach|bei|ab)|nur (?:wenn|bei|nach)|nach (?:dem|einem|einer|der)|bei (?:ausbruch|einem|bruch|rücksetzer)|bricht|bruch|warte[\\p{L}\\d]*|abwarten|ausbruch', ' if '],
  ['vielleicht|eventuell|könnte[\\p{L}\\d]*|würde[\\p{L}\\d]*|sollte[\\p{L}\\d]*|überlege[\\p{L}\\d]*|denke (?:daran|darüber)|plane[\\p{L}\\d]*|möchte|morgen|nächste woche|will|werde|wollte', ' maybe '],
  ['angenommen|stell(?:t)? (?:dir|euch)|zum beispiel|beispiel|lektion|(?:im|aus dem|unser\\p{L}*|mein\\p{L}*|online-?|video-?|trading-?|gratis-?)(?<= |-) ?kurs(?!ziel)|demo[\\p{L}\\d]*|musterdepot|papertrad[\\p{L}\\d]*|backtest', ' for example '],
  ['sagt|sagte|laut|meint|empfiehlt|behauptet', ' says '],
  ['soll ich|sollte man|lohnt|meinung(?:en)?|was haltet|was meint|jemand|kaufen oder|long oder short|wieso|warum', ' should i '],
  ['gewinnspiel|verlosung|gratis|kostenlos[\\p{L}\\d]*|geschenkt|abonnier[\\p{L}\\d]*|tretet bei|vip-?gruppe', ' giveaway '],
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
  ['trendlinie|linie|gleitende\\p{L}*|durchschnitt\\p{L}*|RSI|MACD|boden|decke|hochs?|tiefs?|doppel\\p{L}+|dreieck|flagge|keil|kerze|sitzung|eröffnung|handel|fass|unze|dollar|zinsen|inflation|daten', ' trend '],
  ['zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|wochen?|tage|monate?|stunden|mal|zum|zur|habe|hab|mir|mich|uns|erneut|runter|rauf|müssen|schauen|da|denn|einfach|ziemlich|klar|jeder?|eben|grad|grade', ' '], ['zinsdifferenz|rücksetzer|marktbreite|inflation|zinsen|renditen?|ausblick|zahlen|margen?|bewertung|rezession|zölle|ezb|opec|etf-zuflüsse|zuflüsse|lager|prämie|ausbruchsniveau', ' market '],
  ['guten|tag|abend|morgen allerseits|allerseits|hi|hey|nach|während|dieser|dieses|es|sich|mehr|weniger|so|noch(?! nicht)|schon|fällt|stürzt|springt|wacht auf|dreht|bremst|erholt|respektiert|konsolidiert|bestätigt|atmet|kühlt ab|zeigt|macht|hat|gibt|bleibt|ruhig|vorsichtig|eng|frisch|aggressiv|taktisch|technisch|schnell|kleine|vorsicht|kontrolliert|disziplin|gruß|grüße|auf geht\'s|los geht\'s|alles klar|ok|wird|oben|unten|erst|ziel eins|eins|zwei|bis|etwa|rund|circa|ca|bitte|auf|aus', ' '],
]; // prettier-ignore

const RUSSIAN: Dictionary = [
  ['перв\\p{L}+ выход|частичн\\p{L}+ выход', ' target '], ['спрос\\p{L}*|предложени\\p{L}+', ' market '], ['крепн\\p{L}+|слабе\\p{L}+|слаб\\p{L}+|сильн\\p{L}+|отбил\\p{L}+ от|отбил\\p{L}+|кита\\p{L}+|сша|европ\\p{L}+', ' '], ['амазон\\p{L}*', ' AMZN '], ['гугл\\p{L}*', ' GOOG '], ['эппл\\p{L}*', ' AAPL '], ['майкрософт\\p{L}*', ' MSFT '], ['биткоин\\p{L}*', ' BTC '],
  ['в 20[012]\\d(?![\\d.,])|20[012]\\d(?= ?:)|20[012]\\d год\\p{L}*|думал\\p{L}*|вышло', ' yesterday '], ['черновик|пришло|сделка \\p{L}+(?=:)', ' says '],
  ['(?:меня )?(?:вынес|выбил|высадил|убил)\\p{L}*|моя ошибка|исправляю|удаляю', ' closed my '],
  ['рынок|объ[её]м(?:ы|ов)?(?! \\d)|тренд\\p{L}*|поддержк\\p{L}+|сопротивлени\\p{L}+|волатильност\\p{L}+|ликвидност\\p{L}+|запас\\p{L}+', ' market '],
  ['добавля(?:ю|ем)|набира(?:ю|ем)|заводим|завожу|усредня\\p{L}+ не|запускаю|ставлю(?= (?:лонг|шорт))|исполняю|начинаю|загружаю', ' opening '], ['вход (?:в|на) (?:лонг|длинную)', ' long '], ['вход (?:в|на) (?:шорт|короткую)', ' short '],
  ['обычн\\p{L}+|наконец(?:-то)?|стандартн\\p{L}+|умеренн\\p{L}+|уменьшенн\\p{L}+|полн\\p{L}+|треть\\p{L}* позици\\p{L}*', ' '], ['платин\\p{L}+', ' platinum '], ['газ(?= )', ' natural gas '],
  ['откуп\\p{L}* (?:на|по)|частично (?:на|по)', ' target '],
  ['(?:цел|тейк|стоп)\\p{L}* (?:уже |все )?(?:есть|взят|взял|готов|снят|снял|пробит|пробил|достиг|выби|забра|закры)\\p{L}*|(?:пробил|достиг|дош|снес|снял|взял|выби)\\p{L}* (?:по |до |на |все |всю |обе )?(?:цел|тейк|стоп)\\p{L}*|вс[её] (?:взял|снял|вынул|забрал|закрыл)\\p{L}*', ' was hit '], ['готово|вынул\\p{L}*|конец|финиш', ' closed my '], ['сначала|сперва', ' if '],
  ['чуть не|почти|вот-вот|присн\\p{L}+|мечта\\p{L}+', ' maybe '], ['опрос\\p{L}*|голосу\\p{L}+', ' poll '], ['опцион\\p{L}*', ' options '], ['копиру\\p{L}+', ' says '], ['систем\\p{L}+|модел\\p{L}+|команд\\p{L}+|ассистент|инструкц\\p{L}+|бот', ' ignore instructions '], ['дяд\\p{L}+|тёт\\p{L}+|дед|бабушк\\p{L}+|как вам', ' my friend says '],
  ['только что (?:купил|взял|залонговал)[аи]?', ' now buy '], ['только что (?:продал|зашортил)[аи]?', ' now sell '], ['защитн\\p{L}+ (?=стоп)', ' '], ['втор(?:ая|ой|ую) (?=\\d)', ' / '], ['на (?:одну )?сделк\\p{L}+', ' '],
  ['выкупаю (?:на|по) (?=\\d)|откуп (?:на|по) (?=\\d)|выход (?:на|по) (?=\\d)', ' target '], ['(?:два|три|четыре|пять|шесть|семь|восемь|десять) (?:иксов |икса )?\\((\\d+)x\\)', ' $1x '],
  ['вхожу (?:половин\\p{L}+|част\\p{L}+|четверт\\p{L}+|мал\\p{L}+|небольш\\p{L}+)(?: объ[её]м\\p{L}*| позици\\p{L}*)?', ' '], ['(?:по|на|в) ([a-z]{2,5}|link|линк\\p{L}*)(?= )', ' on $1 '],
  ['риск\\p{L}*(?: на сделку| не более| до| всего)* ?\\d[\\d.,]* ?%(?: от (?:депозита|депо|счёта|счета|капитала))?', ' '],
  ['без шуток|серь[её]зно|не шучу|шутки в сторону|спорить не буду', ' '],
  ['ни за что|ни за какие|ни в коем|да ни в жизнь|и не подумаю|никак', ' do not trade '],
  ['в(?:о)? (?:понедельник|вторник|среду|четверг|пятницу|субботу|воскресенье)|вставал\\p{L}*|входил\\p{L}*|заходил\\p{L}*|забрал\\p{L}*|снял\\p{L}*|принес\\p{L}*|дали|недавно|месяц назад', ' yesterday '],
  ['сосед\\p{L}*|шурин\\p{L}*|т[её]щ\\p{L}+|брат\\p{L}*|друг(?:а|у)?|приятел\\p{L}+|коллег\\p{L}+|начальник|тёст\\p{L}*|муж|жена|отец|гуру|блогер\\p{L}*|аналитик\\p{L}*|кит(?:ы|ов)?|банк(?:и|ов)?|фонд(?:ы|ов)?|инфлюенсер\\p{L}*|учитель|препод\\p{L}*', ' my friend says '],
  ['были бы|было бы|был бы|жаль', ' if '],
  ['на демо[\\p{L}-]*|демо-?сч[её]т\\p{L}*|учебн(?:ый|ая|ое|ом|ой|ого|ую)|симулятор\\p{L}*|виртуальн\\p{L}+|тренировочн\\p{L}+|конкурсн\\p{L}+', ' paper account '],
  ['закрыт\\p{L}+ канал\\p{L}*|приватн\\p{L}+|в профиле|ссылка|премиум\\p{L}*|промокод\\p{L}*|реклам\\p{L}*|бонус\\p{L}*|(?:наш|мой|мо[её]м|нашем|телеграм|телеграмм|тг|вип|vip)[\\p{L}-]* ?канал\\p{L}*', ' giveaway '],
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
  ['насдак\\p{L}*|наздак\\p{L}*', ' NASDAQ '], ['сипи\\p{L}*|сноупи|s&p', ' US500 '], ['евродоллар|евробакс', ' EUR/USD '], ['кабель|кабел\\p{L}', ' GBP/USD '], ['медь|мед[иь]', ' copper '], ['тесл\\p{L}+', ' TSLA '], ['нвиди\\p{L}+', ' NVDA '], ['лайткоин\\p{L}*', ' LTC '], ['авакс\\p{L}*|аваланч\\p{L}*', ' AVAX '], ['тон(?!н)(?:коин)?\\p{L}{0,2}', ' TON '],
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
  ['трендов\\p{L}+|лини\\p{L}+|скользящ\\p{L}+|средн\\p{L}+|дно|дна|вершин\\p{L}+|максимум\\p{L}*|минимум\\p{L}*|двойн\\p{L}+|треугольник\\p{L}*|флаг\\p{L}*|клин\\p{L}*|свеч\\p{L}+|сесси\\p{L}+|открыти\\p{L}+|бочк\\p{L}+|унци\\p{L}+|доллар\\p{L}*|ставк\\p{L}+|инфляци\\p{L}+|данн\\p{L}+|индекс\\p{L}*', ' trend '],
  ['добр(?:ое|ый|ого)|утр[оа]|вечер\\p{L}*|здравствуйте|во время|этот|его|её|их|больше|меньше|так|ещё|растёт|летит|валится|просел\\p{L}*|проснул\\p{L}*|разворачива\\p{L}+|разворот\\p{L}*|тормозит|восстановил\\p{L}*|консолид\\p{L}+|подтвержда\\p{L}+|подтвердил\\p{L}*|пробил\\p{L}*|показыва\\p{L}+|дела[ею]т|спокойн\\p{L}+|осторожн\\p{L}+|свеж\\p{L}+|агрессивн\\p{L}+|тактическ\\p{L}+|техническ\\p{L}+|быстр\\p{L}+|небольш\\p{L}+|контрол\\p{L}+|дисциплин\\p{L}+|погнали|ок|защитн\\p{L}+|ориентир\\p{L}*|примерно|около|в районе|район\\p{L}*|сразу|удачн\\p{L}+|торгов\\p{L}*|же|то|вот|ну|а|но|что|как', ' '],
  ['ожи(?:л|в)\\p{L}*|дыш\\p{L}+', ' '],
  ['[ий]ен[аыуе]', ' yen '],
]; // prettier-ignore

const CHINESE: Dictionary = [
  ['日元走[强弱]|美元走[强弱]|欧元走[强弱]', ' market '], ['亚马逊', ' AMZN '], ['谷歌', ' GOOG '], ['奈飞', ' NFLX '], ['先出(?=\\d)', ' target '], ['(?:在|从)?支撑位?|(?:在|从)?压力位?|阻力位?|支撑', ' market '], ['反弹|企稳|外盘', ' '],
  ['20[012]\\d年|(?:个月|天|周|年|小时)前|本来', ' yesterday '], ['高盛|摩根|贝莱德|小[李王张陈刘]|草稿', ' my friend says '],
  ['被扫|被打|打脸|发错|更正|撤回|作废|看错', ' closed my '],
  ['市场|行情|大盘|盘面|量能|成交量|库存', ' market '], ['(?<=\\d)加多|加多单?|补多|追多', ' long '], ['(?<=\\d)加空|加空单?|补空|追空', ' short '],
  ['正常|标准|终于|缓过来|缓过|常规|半仓|三成仓|两成仓', ' '], ['铂金', ' platinum '], ['天然气', ' natural gas '], ['空头', ' short '], ['多头', ' long '],
  ['(?:目标|止盈|止损)(?:位)?(?:已经?|全部?|都)?(?:到了|完成|达成|打掉|触及|命中|拿下|吃到|兑现|被扫|扫了|触发)|打损|扫损|搞定|全出|出完|完事', ' closed my '], ['碰都不碰|不碰|躲着', ' do not trade '], ['再说|先看开盘|再大点|再多点', ' if '],
  ['差点|差一点|几乎|梦到|做梦|梦见', ' maybe '], ['期权', ' options '], ['我?(?:舅|叔|大姨|小姨|姨妈|姑|爷爷|奶奶)|老爸|老妈|爸爸|妈妈|我妈|我爸', ' my friend says '], ['行吗|可以吗|觉得', ' should i '], ['先平|平一半|平掉|平了|已平|推到成本|推保本|保本', ' closed my '],
  ['(?:跌破|涨破|升破|破|穿|站上|涨过|跌穿|失守|突破)([\\d.]+)(?:就|我就|立刻|马上)?(?:止损|认错)(?:离场|出局|出场|走人)', ' sl $1 '], ['(做多|做空|买入|卖出)进场|进场(做多|做空|买入|卖出)', ' $1$2 '],
  ['趋势线|均线|布林带?|通道|颈线|缺口|筹码', ' trend '], ['第[一二三]目标位?', ' target '], ['保护性|硬性|硬', ' '], ['不带杠杆|无杠杆|现货', ' '], ['新开', ' '], ['(?:早|午|晚)安|早上好|下午好|晚上好|各位好|大家好', ' '],
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
  ['已经(?=平|止|出|离|打|到|触|达|拿|做|开|买|卖|进|入|赚|亏|清|减)|已(?=全部|平|止|出)|拿到|吃到|昨天|昨日|昨晚|上周|上个?月|之前|此前|前天|回顾|复盘|战绩|盈利了?(?!修正|预期|增长|能力|预测)|赚了|亏了(?!算|就|也|别)|已到达?|已达|达到|打到|触发了|持有中|还拿着|曾经', ' yesterday '],
  ['止盈(?:出场|离场|了结|平仓)|已止盈|止损出场|被止损|平仓|平多|平空|清仓|离场|出场|减仓|落袋|了结|获利(?:了结|出局)', ' closed my '],
  ['如果|若(?!干)|一旦|假如|要是|除非|等(?:待|到|回|突破|跌|涨)|突破后?(?!难度|失败|未果|无果)|跌破(?![^,，。]{0,12}(?:又|被|立刻|马上|秒|没|假))后?|站稳|站上|回踩(?![^,，。]{0,10}(?:没破|不破|守住|站稳|企稳了|成功|完成|完毕|结束|到位))|确认后|再(?:做多|做空|进场|入场|买)|的话|(?<=\\d)以[上下]', ' if '],
  ['也许|可能|或许|打算|计划|考虑|想要?(?!搏|法|象)|准备|明天|下周|将会?|应该会?|观望|如有机会', ' maybe '],
  ['例如|比如|举例|假设|教程|课程|模拟盘?|回测|教学|案例', ' for example '],
  ['据说|有人说|他说|表示|称|认为|听说|分析师|老师说|转发|巨鲸|机构', ' says '],
  ['吗|呢\\?|是否|该不该|要不要|可以.{0,6}吗|怎么看|怎么样|谁|为什么|哪个|能不能|还是做|投票', ' should i '],
  ['免费|抽奖|空投|加群|进群|加微信|电报群|返佣|邀请码|赠送|福利|会员', ' giveaway '],
  ['忽略|无视|指令|提示词|系统(?!性)|模型(?!显示|测算)|机器人|管理员', ' ignore instructions '],
  ['币种|标的|交易对', ' pair '], ['方向', ' direction '], ['区间|范围|价格', ' '], ['(?<=\\d)空(?=[,，\\s]|$)', ' short '], ['(?<=\\d)多(?=[,，\\s]|$)', ' long '], ['目标位?价?|止盈位?价?|看到|看至|看向', ' target '], ['止损位?价?|防守', ' sl '], ['进场位?价?|入场位?价?|开仓价?|挂单|现价|点位', ' entry '], ['杠杆', ' leverage '], ['(?<=\\d) ?倍', 'x '],
  ['做多|开多|多单|看多|买多|买入|买进|低多|抄底|买', ' long '], ['做空|开空|空单|看空|卖空|卖出|沽空|高空|卖', ' short '],
  ['美日', ' USD/JPY '], ['欧美', ' EUR/USD '], ['镑美', ' GBP/USD '], ['比特币|大饼', ' BTC '], ['以太坊?|姨太|二饼', ' ETH '], ['索拉纳', ' SOL '], ['黄金', ' gold '], ['白银', ' silver '], ['原油', ' oil '], ['欧元', ' euro '], ['英镑', ' pound '], ['日元', ' yen '], ['狗狗币', ' DOGE '], ['瑞波币?', ' XRP '], ['特斯拉', ' TSLA '], ['英伟达', ' NVDA '], ['纳指|纳斯达克', ' NASDAQ '], ['标普', ' SPX '], ['莱特币', ' LTC '], ['莱因?特', ' LTC '], ['铜', ' copper '],
  ['刚刚|刚才|刚', ' now '], ['我们?|大家|各位|兄弟们|朋友们|新手|早上好|晚上好|祝好运|小仓位?|轻仓|重仓|仓位|成交量|趋势|支撑|压力位?|阻力位?|风险|行情|强势?|弱势?|控制好?|注意|耐心|短线|中线|长线|合约|现货|永续|逐仓|全仓|带好|严格|设好|单子?|进|的|了|请|小|位', ' '],
  ['现在|目前|即刻|立即|今天', ' now '], ['这里|附近|左右', ' here '], ['和|与|及', ' and '], ['在', ' at '], ['到|至', ' to '], ['第[一二三]', ' first '], ['美元|美金|刀|(?<=\\d) ?[uU](?![a-zA-Z])', ' '], ['建议|推荐|信号|策略', ' recommend '],
  ['交易|量能|配合|守住|企稳|太热|过热|偏强|偏弱|强劲|疲软|放量|缩量|反弹|回调到位|试试|自行|斟酌|把握|请自己|看着办|操作|止跌|上方|下方|前高|前低|日线|四小时|小时线|级别|结构|形态|多头|不变|继续|库存|下降|上升|增加|数据|美联储|情绪|资金费率|站稳|已经|量|能|放|个|也|又|都|就|这波|这里|先|吧|啊|哦|呀|了|啦', ' '],
  ['区域|位置|企图|突然|明显|依旧|依然|仍然|还是偏|开始|走强|走弱|见顶|见底|破位下行|上攻|下探|拉升|回落|跳水|横盘|震荡|盘整|蓄势|加速|缓慢|新高|新低|尾盘|早盘|午盘|夜盘|亚盘|欧盘|美盘|非农|利率|通胀|需求|供应|减产|增产|高位|低位|小止损|止损小|盈亏比|比例|给力|漂亮|干净|舒服|胆子大|稳一点|稳健|保守|激进|短打|波段|趋势单|挂好|别忘|记得|自负|盈亏自负|共勉|祝|顺利|好运|加油|冲|干|走起|开干|来|是|有|不错|线|图|看|对|把|被|给|为|以|其|此|这|那|你|我|他|它|们|很|太|较|更|最|多头|空头|站|守', ' '],
]; // prettier-ignore

const JAPANESE: Dictionary = [
  ['(?:円高|円安|ドル高|ドル安)(?:の流れ|気味|方向)?', ' market '], ['アマゾン', ' AMZN '], ['グーグル', ' GOOG '], ['ネットフリックス', ' NFLX '], ['(?<![水])銅(?=\\s|\\d|を|は|の|が)', ' copper '], ['(?<![水])銀(?=\\s|\\d|を|が|ロング|ショート)', ' silver '], ['反発(?!で|したら|すれば|なら)', ' '], ['中国|米国|欧州|需要(?:が|は)?|供給(?:が|は)?|弱い|強い', ' '],
  ['20[012]\\d年|(?:か月|ヶ月|カ月|週間|日|年|時間)前|考えてた', ' yesterday '], ['ゴールドマン|モルガン|ブラックロック|従兄弟?|従弟|下書き', ' my friend says '], ['想像', ' if '],
  ['やられ(?:た|ました)|刈られ\\S{0,3}|間違えました|訂正|削除', ' closed my '],
  ['相場|市場|マーケット', ' market '], ['(ロング|ショート|買い|売り)(?:を)?(?:追加|増し|積み増し|ナンピン)(?:します|する|中)?', ' $1 '], ['第?[一二三](?:目標|ターゲット)|目標[①②③]', ' target '], ['(?<=\\d)ドル', ' '],
  ['通常|いつも通り|標準|やっと|ようやく|ついに|落ち着いた|落ち着いて(?:きた|いる)', ' '], ['天然ガス', ' natural gas '], ['ユロ円', ' EUR/JPY '],
  ['(?:目標|利確|利食い|損切り?|ストップ)(?:に|も|は|を)?(?:到達|達成|かかっ|かかり|引っかか|刺さ|成功|完了|成立|狩ら|貫通)\\S{0,4}', ' was hit '], ['外した|外しました|終了|完了|全部(?:出|切|閉)', ' closed my '], ['やりたくない|触りたくない|見てから|まず寄り付き|でもまず|のに', ' if '], ['だって(?=[。.\\s]|$)|職場|会社の', ' my friend says '],
  ['ところだった|寸前|しそうになった|夢で|夢を', ' maybe '], ['オプション', ' options '], ['叔父|伯父|叔母|いとこ|おじ|祖父|と言う|と言って', ' my friend says '], ['おはようございます|おはよう|こんばんは|こんにちは|お疲れ様です|お疲れさまです', ' '], ['様子見', ' maybe '],
  ['(?:トレンド|サポート|レジスタンス|ネック|平均)ライン|移動平均線?|トレンド|サポート|レジスタンス|出来高|ボリンジャー\\S{0,4}|一目均衡表|雲(?=の|を|に)', ' trend '], ['(?:を)?(?:維持|堅持|キープ)(?:している|して|中|しました)?', ' '], ['約定(?:しました|済み|価格)?', ' opened '],
  ['買いました|買いましたよ|買いで入りました', ' long opened '], ['売りました', ' short opened '], ['推奨(?=[:：])', ' recommend '],
  ['(?<!\\d),(?=\\d)', ', '],
  ['リスク(?:は|を)?(?:資金|口座|証拠金|総資金|余力)?の?\\d[\\d.]*%(?:です|まで|以内|のみ|に抑え\\S{0,3})?', ' '], ['冗談(?:じゃ|では)(?:ない|ありません)|冗談抜き|マジで|本気で|投資助言ではありません|自己責任で', ' '],
  ['ありえない|あり得ない|絶対(?:に)?(?=し|買|売|や)|だけは|とんでもない|論外|手を出さない', ' do not trade '],
  ['[月火水木金土日]曜日?(?:に|は|の)?|終わりました|終わった|終了しました|取れました|取れた|伸びました|いただきました|ごちそうさま|先日|去年', ' yesterday '],
  ['義兄|義母|友達|友人|上司|同僚|先輩|彼氏|彼女|先生|師匠|母|父|妻|嫁|旦那|夫|お?隣|インフルエンサー|銀行|ファンド|ヘッジファンド|配信者|YouTuber|いわく|だそう|らしく', ' my friend says '],
  ['はいはい|笑|草|実家|全力で家|知らんけど|もちろん嘘|100倍', ' yeah right '],
  ['はず|ければ|であれば|あれば|だったら|上抜け(?:て|した)|下抜け(?:て|した)', ' if '],
  ['悪くない|面白そう|良さそう|よさそう|ありかな|アリかな|チャンスか', ' maybe '],
  ['人いますか|合って(?:る|ます)|どうでしょう|大丈夫\\?', ' should i '],
  ['サロン|プロフ(?:ィール)?|リンク|限定(?!的)|会員|有料|特典|紹介コード|公式LINE', ' giveaway '],
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
  ['例えば|例:|例：|もしも|講座|勉強|練習|デモ|シミュレーション|バックテスト|とは(?!いえ|言え|いい|違|別|異)', ' for example '],
  ['によると|さん曰く|曰く|と言って|と言った|って言|らしい|そうだ|アナリスト|クジラ|機関投資家', ' says '],
  ['ですか|ますか|だろうか|でしょうか|どう思|どうですか|どうかな|いいの|いいかな|どっち|なぜ|誰か|アンケート|投票|の\\?', ' should i '],
  ['無料|プレゼント|抽選|配布|登録|LINE追加|招待|キャンペーン|フォローして|フォロー＆|rtで', ' giveaway '],
  ['指示|無視(?!でき|はでき|し(?:がた|づら|にく))|プロンプト|システム|ボット|モデル|管理者|命令', ' ignore instructions '],
  ['通貨ペア|銘柄', ' pair '], ['方向', ' direction '], ['シグナル', ' recommend '], ['目標(?:価格|値)?|ターゲット|利確(?:目標|ライン|ポイント|は)?|利食い|テイクプロフィット', ' target '], ['損切り?(?:ライン|ポイント|は)?|ロスカット|逆指値|ストップ(?:ロス)?', ' sl '], ['エントリー(?:価格|ポイント)?|指値|建値', ' entry '], ['レバレッジ|レバ', ' leverage '], ['(?<=\\d) ?倍', 'x '],
  ['ロング|買い|買う|買ってみ|買', ' long '], ['ショート|売り|売る|空売り|売', ' short '],
  ['ビットコイン|ビット', ' BTC '], ['イーサ(?:リアム)?', ' ETH '], ['ソラナ', ' SOL '], ['リップル', ' XRP '], ['ゴールド|金(?=[\\s、,はを])', ' gold '], ['シルバー', ' silver '], ['原油', ' oil '], ['ドル ?円', ' USD/JPY '], ['ユーロ ?ドル|ユロドル', ' EUR/USD '], ['ポンド ?ドル|ポンドル', ' GBP/USD '], ['日経(?:平均|225)?', ' NIKKEI '], ['ナスダック', ' NASDAQ '], ['ドージ', ' DOGE '], ['テスラ', ' TSLA '], ['エヌビディア', ' NVDA '],
  ['(?:入った)?ばかり', ' now '], ['(?<=ロング|ショート|long |short )中', ' '], ['たった今|いま', ' now '], ['初心者です|よろしくお願いします|おはよう\\S*|こんにちは|頑張り\\S*|みなさん|皆さん|私|少額|少し|小さめ|出来高|トレンド|サポート|レジスタンス|リスク|相場|強い|弱い|強く|弱く|管理|注意|短期|中期|スイング|デイトレ|現物|先物|無期限|ポジション|保有開始|スタート|開始|円|ドル(?!円)|も|や|へ|ました|まし|さん|位|くらい|付近|あたり', ' '],
  ['今(?:すぐ|から|日)?', ' now '], ['ここ(?:で|から)?', ' here '], ['第[一二三]', ' first '], ['(?<=\\d) ?(?:ドル|円)(?![\\p{L}])', ' '], ['から', ' '], ['をします|します|する|です|だ|を|で|は|に|と|が|の', ' '],
  ['過熱気味な?|過熱感?|いい感じ|好調|堅調|軟調|弱含み|反発|底堅い|底堅く|守った|守って(?:る|いる)?|守り|サポートされ|跳ね返され|重い|軽い|軽め|少なめ|慎重に|丁寧に|ます|です|ので|から|けど|ただ|なので|そろそろ|やっぱり|しっかり|余裕|十分|資金|ロット|証拠金|半分|様子|チャート|雲|移動平均線?|売られすぎ|買われすぎ|流れ|在庫|減少|増加|拡大|ね|よ|な|中|イン|こちら|自分|新規|継続', ' '],
  ['みんな|周り|強気|弱気|止められ|急騰|急落|上昇|下落|横ばい|もみ合い|保ち合い|高値|安値|更新|切り上げ|切り下げ|底打ち|天井|戻り|押し目|上値|下値|固い|堅い|良い|いい|きれい|綺麗|形|感じ|勢い|強さ|弱さ|需要|供給|金利|指標|発表|東京|ロンドン|NY|時間|足|日足|時間足|分足|朝|昼|夜|夕方|ゆっくり|早め|短め|長め|小さく|大きく|無理せず|落ち着いて|楽しみ|頑張る|行こう|いこう|よし|さて|では|まずは|ひとまず|とりあえず|今回|今度|一旦|ずっと|また|再び|もう|まだまだ|かなり|とても|すごく|非常に|やや|結構', ' '],
]; // prettier-ignore

const KOREAN: Dictionary = [
  ['(?:엔화|달러|유로|원화) ?(?:강세|약세)[가-힣]*', ' market '], ['아마존', ' AMZN '], ['구글', ' GOOG '], ['넷플릭스', ' NFLX '], ['반등(?=[.,])|강세[가-힣]*|약세[가-힣]*|중국|미국|유럽|수요[가은는]?|공급[이은는]?', ' '],
  ['20[012]\\d년|(?:달|주|일|년|시간) ?전|예전에', ' yesterday '], ['골드만[가-힣]*|모건[가-힣]*|블랙록|사촌[가-힣]*|초안', ' my friend says '], ['상상[가-힣]*', ' if '],
  ['털렸[가-힣]*|당했[가-힣]*|잘못 ?올[가-힣]*|정정|삭제', ' closed my '],
  ['시장(?!가)[이은의도]?|장이|거래량|재고', ' market '], ['(롱|숏|매수|매도) ?(?:추가|증액|물타기)(?:합니다|해요|진입|중)?', ' $1 '], ['평소대로|평소처럼|보통|기본|드디어|마침내|살아나[가-힣]*', ' '], ['백금', ' platinum '], ['천연가스', ' natural gas '],
  ['가볍게 ?진입|조심히 ?진입', ' '],
  ['(?:목표가?|익절가?|손절가?) ?(?:에|을|를|이|가|은|는)? ?(?:왔|갔|찍|터치|완료|성공|걸렸|도달|나갔|맞았|털)[가-힣]*', ' was hit '], ['끝(?=[,.\\s]|$)|전부 ?정리|다 ?정리', ' closed my '], ['싫[가-힣]*|꺼려[가-힣]*', ' do not trade '], ['부터 보고[가-힣]*|보고 나서|더 있으면', ' if '], ['있대요|했대요|대요|회사 동료', ' my friend says '],
  ['할 ?뻔[가-힣]*|뻔했[가-힣]*|직전|꿈에서|꿈[을에]', ' maybe '], ['옵션', ' options '], ['사라고|팔라고|하라고|삼촌|이모|고모|할아버지|보세요\\?|어떻게 보|구경만', ' my friend says '], ['절반 ?정리|본절', ' closed my '], ['(?:좋은|굿) ?아침[가-힣]*|굿모닝|안녕하십니까', ' '],
  ['([\\d.,]*\\d) ?(?:달러|원|불)?(?:에서|에)? ?익절 ?(?:예정|계획)(?:입니다|이에요)?', ' target $1 '], ['([\\d.,]*\\d) ?(?:달러|원|불)?(?:에서|에)? ?손절 ?(?:예정|계획)(?:입니다|이에요)?', ' sl $1 '],
  ['추세선|이평선|지지선|저항선|볼린저[가-힣]*|거래량|추세', ' trend '], ['(?:^|(?<=\\s))은(?= ?\\d)', ' silver '], ['(롱|숏|매수|매도) ?진입 ?완료', ' $1 opened '], ['새로(?=\\s)|신규', ' '],
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
  ['(?:체인)?링크(?= ?[\\d롱숏매])', ' LINK '], ['아발란체|아발', ' AVAX '], ['에이다', ' ADA '], ['라이트코인', ' LTC '], ['(?<=[가-힣A-Z])은(?= ?\\d)', ' '], ['달러/?엔', ' USD/JPY '], ['유로/?달러|유로달', ' EUR/USD '], ['파운드/?달러', ' GBP/USD '], ['구리', ' copper '], ['다우', ' US30 '], ['(?<![지방조자요])금(?= ?\\d)', ' gold '],
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
  ['무료|이벤트(?= ?(?:참여|당첨|진행|중))|추첨|에어드랍|가입|레퍼럴|초대|텔레그램(?= ?(?:방|채널|링크|입장|문의|오세요|으로|에서|주소|검색))|리딩방|카톡|입장(?! ?에서)', ' giveaway '],
  ['지시[가-힣]*|무시[가-힣]*|프롬프트|시스템|봇(?!물)|모델(?! ?[3YSX])|관리자|명령[가-힣]*', ' ignore instructions '],
  ['종목|코인|페어', ' pair '], ['방향', ' direction '], ['시그널|신호', ' recommend '], ['목표가?격?|타겟|익절가?|1차 ?목표|2차 ?목표', ' target '], ['손절가?|스탑(?:로스)?|스톱(?:로스)?', ' sl '], ['진입가?격?|평단|현재가|시장가', ' entry '], ['레버리지|레버', ' leverage '], ['(?<=\\d) ?배', 'x '],
  ['롱|매수|사(?=요|자)|삽니다', ' long '], ['숏|매도|공매도|팝니다', ' short '],
  ['비트코인|비트|비코', ' BTC '], ['이더리움|이더', ' ETH '], ['솔라나', ' SOL '], ['리플', ' XRP '], ['도지코인|도지', ' DOGE '], ['골드|(?<![지방조])금(?=\\s|,|:)', ' gold '], ['은(?= (?:매수|매도|롱|숏))', ' silver '], ['원유|(?<![이경사])유가', ' oil '], ['나스닥', ' NASDAQ '], ['테슬라', ' TSLA '], ['엔비디아', ' NVDA '], ['달러 ?엔', ' USD/JPY '], ['유로 ?달러', ' EUR/USD '], ['유로', ' euro '],
  ['방금|막', ' now '], ['안녕하세요|초보입니다|반갑습니다|여러분|화이팅|저는|제가|소액|조금|거래량|추세|지지선?|저항선?|리스크|시장|강하[가-힣]*|약하[가-힣]*|관리|주의|단타|스윙|현물|선물|무기한|했어요|했습니다|격리|교차|부근|근처|필수|하세요', ' '],
  ['지금|현재|바로|오늘', ' now '], ['여기(?:서|에서)?', ' here '], ['(?<=\\d) ?(?:달러|불|원)', ' '], ['첫 ?번?째?', ' first '], ['(?<=[\\d\\sA-Z])(?:에서|부터|으로|에|은|는|이|가|을|를|로|만)(?=\\s|,|$)', ' '], ['갑니다|가자|합니다|하세요|해요|칩니다|추천[가-힣]*|봅니다|잡습니다|들어갑니다|간다|포지션', ' '],
  ['매매|과열[가-힣]*|지켜줘서|지켜[주줘][가-힣]*|지지[가-힣]*|저항[가-힣]*|반등[가-힣]*|좋(?:네요|아요|습니다|고|아서)|강[하해][가-힣]*|약[하해][가-힣]*|가볍게|살짝|조심히|소액[가-힣]*|반만|일부|다시|또|한번|이번엔|오늘은|시드[가-힣]*|계좌|비중[가-힣]*|작게|크게|적당히|무겁[가-힣]*|무거[가-힣]*|차트|흐름|분위기|재고|증가|감소|할게요|합니다|입니다|예요|이에요|이요|있고|해서|니까|지만|네요|습니다|봅니다|저도|나도|저|만|도|각자|알아서|판단|책임|본인', ' '],
  ['지키고|있어서|있습니다|있네요|있음|보여서|나와서|다들|외치는데|급등[가-힣]*|급락[가-힣]*|상승[가-힣]*|하락[가-힣]*|횡보[가-힣]*|박스권|고점[가-힣]*|저점[가-힣]*|갱신|천장|바닥[가-힣]*|눌림목?|되돌림|힘[가-힣]*|예쁘[가-힣]*|깔끔[가-힣]*|수요|공급|금리|지표|발표|아침|점심|저녁|밤|새벽|천천히|빠르게|짧게|길게|무리하지|침착[가-힣]*|화이팅[가-힣]*|파이팅|가즈아|갑시다|우선|일단|이제|또한|그리고|그래서|계속|아주|매우|꽤|살짝|완전|많이|쭉', ' '],
]; // prettier-ignore

/** Words by which a language in Latin letters is told from English. */
const MARKS: Readonly<Record<'es' | 'fr' | 'de' | 'pt', RegExp>> = {
  es: wholeWords(
    '¡|¿|\\p{L}*(?:ción|ciones|ñ\\p{L}+)|y|al|lo|le|su|sus|este|esta|como|hace|acabo|acciones|dólares|beneficios|horizonte|cartera|tres|cuatro|dos|semanas?|recién|che|primer|sin|entro|tengo|nos|ni|son|fuera|todos|un|del|muy|pero|porque|también|ya|desde|hacia|sobre|tomo|abro|meto|precio|pérdida|ganancias|dólar|plata|petróleo|riesgo|tamaño|señores|mercado|el|los|las|una|con|desde|venta|compra|entrada|señal|par|nueva|nuevo|posición|por|para|hasta|sólo|mi|más|según|orden|compr(?:o|a|ar|amos|ando|é|en)|vend(?:o|er|iendo|í|emos)|largos?|cortos?|objetivos?|entrada|apalancamiento|ahora|aquí|cuando|oro|está|estoy|en|qué|según|que|abro|cerré|hoy|señal|instrucciones|ignora|todo',
  ),
  pt: wholeWords(
    '\\p{L}{3,}(?:eu|ou|ei|iu)|\\p{L}*(?:lh|nh|ç)\\p{L}+|e|a descoberto|acabo|entro|duas|dois|vezes|tá|pra|pro|num|numa|ele|ela|ao|aos|às|gente|seguido|depois|alta|queda|ainda|bora|malta|objectivo|curto|vendido|comprado|teu|eu|tem|são|como|onde|\\p{L}*[ãõ]\\p{L}*|adicion\\p{L}+|mercado|tô|desde já|perdeu|fôlego|você|isso|pelo|pela|na|nos|nas|dos|das|saída|até|risco|dólar|iene|galera|pessoal|compra|ação|são|mão|também|acabei|sem|já|dentro|acima|abaixo|nova|novo|posição|para|até|só|foi|mais|ordem|venda|compra|os|uma|com|não|compr(?:o|ei|a|ar|amos|ando|e)|vend(?:o|er|endo|i|emos)|alvos?|entrada|alavancagem|agora|aqui|quando|ouro|está|estou|em|se|meu|minha|que|abrindo|fechei|hoje|sinal|instruções|ignore as|vou',
  ),
  fr: wholeWords(
    "[dlnjcsm]'\\p{L}+|qu'\\p{L}+|aujourd'hui|plus|pas|notre|votre|aux|ou|bien|été|ça|comme|fois|prime|sous|trop|nos|vos|fait|tout|on|ce|cette|au-dessus|viens|ouverte?|l'instant|sortie|métal|l'argent|repart|cette|ses|vers|puis|petite|taille|risque|prix|achat|acheteur|vendeur|position prise|moi|donc|très|pétrole|nouvelle|nouveau|pour|dans|mais|mon|dès|sans|ordre|hier|le|les|une|avec|achats?|achète|acheter|achetez|vends?|vente|vendre|objectifs?|cible|entrée|levier|maintenant|ici|quand|l'or|est|je|j'achète|j'ai|si|pas|à|au|du|qui|clôturé|nous|instructions précédentes|sur|et|de|faut-il",
  ),
  de: wholeWords(
    'was meint|meint|ihr|kleine[rsnm]?|große[rsnm]?|halbe[rsnm]?|bin|zwei|drei|vier|rein|raus|beide|eröffnet|ziele?|kurs|durchschnittskurs|hab|hat|sich|nix|grad|grade|eben|servus|moin|grüezi|dem|den|des|am|als|aber|auch|schon|mal|mich|mir|dich|uns|euch|seit|nach|wird|werden|mehr|sehr|da|ab|rücksetzer|grund|leute|ned|vor|vom|drin|liegt|sitzt|hält|wirkt|sofort|soeben|short gegangen|gegangen|eingestiegen|risiko|gewinn|ausstieg|unterstützung|widerstand|deshalb|sind|wie|neue|neuer|neues|gerade|über|unter|erst|von|für|mein|meine|wieder|heute|gestern|kein|keine|wurde|noch|nur|der|die|das|ein|eine|bei|mit|und|wenn|falls|kaufe?n?|kauft|gekauft|verkaufe?n?|verkauft|einstieg|kursziel|ziel|hebel|jetzt|hier|nicht|ich|wir|ist|stopp|zu|auf|im|sagt|habe|gehe|soll|anweisungen|alle|öl|silber',
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

/** "d'Amazon" as "de Amazon", so that the name stands by itself. */
function withoutElisions(text: string): string {
  return text.replace(/(?<!\p{L})([DdLl])'(?=\p{Lu})/gu, '$1e ');
}

/** The company Meta, whose name is a target in Spanish and Portuguese, by its ticker: as "Meta Platforms" or beside the words of a trade. */
function withMeta(text: string): string {
  return text.replace(
    /(?<![\p{L}$#@])(?:meta platforms|(?<=(?:compr|vend|long |short |larg|cort|acheté?|achète|kauf|acciones|ações|actions)[\p{L} ]{0,20}(?:^| ))meta(?! ?(?:[:=]|en|em|de|a|at|es|é|final)(?![\p{L}]))|meta(?= (?:long|short|cort[oa]|larg[oa]|compra|venda|venta|buy|sell)(?![\p{L}])))(?![\p{L}])/giu,
    '$$META',
  );
}

/** Puts the trading words of a normalised text into English. Never throws. */
export function translate(text: string): Translated {
  const { language, unknown } = detect(text);
  if (language === 'en') {
    const listed = text.replace(/(?<=\d) (?:y|et|und) (?=\$?\d)/g, ' / ');
    return { text: listed, language, decimalComma: hasDecimalComma(text), unknown };
  }

  let translated = isNative(language)
    ? nativeWording(text, language)
    : withRanges(withMeta(language === 'fr' ? withoutElisions(text) : text));
  for (const [pattern, english] of DICTIONARIES[language]) translated = translated.replace(pattern, english).replace(/ {2,}/g, ' ');
  if (isNative(language)) translated = withScriptsApart(translated).replace(/\b(long|short) +(?=(?:sl|target)\b)/g, '$1, ');
  // The yen of a remark is no second instrument beside its pair.
  if (/USD\/?JPY/i.test(translated)) translated = translated.replace(/\byen\b/gi, 'market');
  // A heading that refuses ("Ya cerrada:") is a sentence of its own, which governs all that follows.
  translated = translated.replace(
    /^([^:.\n\d]{0,40}\b(?:closed my|yesterday|for example|do not trade|was hit)\b[^:.\n\d]{0,20}:)/i,
    '$1\n',
  );
  return { text: translated.replace(/[^\S\n]+/g, ' '), language, decimalComma: DECIMAL_COMMA.has(language), unknown };
}

/**
 * Whether the commas of a text without a language are decimal ones: "13,30" is no list, as the prices of one call lie near each other, and another
 * number is near 13.3.
 */
function hasDecimalComma(text: string): boolean {
  const numbers = (text.match(/(?<![\d.,])\d{1,6}(?:,(?:\d{1,2}|\d{4,8}))?(?![\d.,]*\d)/g) ?? []).map((digits) => ({
    digits,
    value: Number(digits.replace(',', '.')),
  }));
  const near = (a: number, b: number) => a <= b * 2 && b <= a * 2;
  return numbers.some(({ digits, value }, i) => {
    const [whole, decimals] = digits.split(',');
    const isDecimal = decimals !== undefined && (whole === '0' || !near(Number(whole), Number(decimals)));
    return isDecimal && numbers.some((other, at) => at !== i && near(value, other.value));
  });
}

/** The highest price of a range is at most so many times its lowest. */
const MAX_RANGE_RATIO = 1.25;

/** "7,10 a 7,30" and the like as "7,10 - 7,30"; two numbers that lie further apart are no range. */
function withRanges(text: string): string {
  return text.replace(
    /(?<![\p{L}\d.,])(\d[\d.,]*k?) (?:a|à|até|hasta|bis|ao|e) (?=(\$?\d[\d.,]*k?))/gu,
    (all: string, low: string, high: string) => {
      const value = (digits: string) => parseNumber(digits.replace(/^\$|k$|[.,]$/g, ''), true).value;
      const isRange = !/[.,]$/.test(low) && value(high).gt(value(low)) && value(high).lte(value(low).times(MAX_RANGE_RATIO));
      return isRange ? `${low} - ` : all;
    },
  );
}

/** Counted days, hours and pieces left out, and a space where other letters meet Latin ones or digits: both would make one word. */
function withScriptsApart(text: string): string {
  return text
    .replace(
      /(?<![\d.,])\d{1,3} ?(?:日|天|分钟?|小时|周|週|月|年|時間|回|次|第|号|枚|本|根|张|手|일|주|개월|년|월|시간|분(?!할)|회|번|봉|차|개|장)(?:线|線|足|봉|선|前|後|전|후|간|間|内|で|に|の)?(?![\d])/gu,
      ' ',
    )
    .replace(/(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}])(?=[A-Za-z$\d])/gu, ' ')
    .replace(/(?<=[A-Za-z\d])(?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}])/gu, ' ');
}

function isNative(language: Language): language is NativeLanguage {
  return language === 'ru' || language === 'zh' || language === 'ja' || language === 'ko';
}

function detect(text: string): { language: Language; unknown: boolean } {
  const has = (pattern: RegExp) => pattern.test(text);
  if (has(/[\p{Script=Hiragana}\p{Script=Katakana}]/u)) return { language: 'ja', unknown: false };
  if (has(/\p{Script=Hangul}/u)) return { language: 'ko', unknown: false };
  if (has(/損切|利確|利食|逆指値|建値|成行/u)) return { language: 'ja', unknown: false };
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
