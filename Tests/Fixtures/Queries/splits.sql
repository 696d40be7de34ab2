-- Three splits are read in step by event time. The watermark is that of the slowest: while the last
-- split is not read, nothing is late.
SELECT window_start, COUNT(*) AS c, FIRST_VALUE(n) AS f, LAST_VALUE(n) AS l
FROM TUMBLE(TABLE events, DESCRIPTOR(ts), INTERVAL '10' SECOND)
GROUP BY window_start;
/* input
{"ts":1000,"n":1}
{"ts":11000,"n":2}
{"ts":25000,"n":3}
*/
/* input
{"ts":1000,"n":10}
{"ts":2000,"n":11}
{"ts":15000,"n":12}
{"ts":3000,"n":13}
*/
/* input
{"ts":9000,"n":20}
*/
/* expect
{"window_start":0,"c":5,"f":1,"l":20}
{"window_start":10000,"c":2,"f":2,"l":12}
{"window_start":20000,"c":1,"f":3,"l":3}
*/
