-- Allowed lateness: a late event within it emits its group's row anew; a later one is dropped.
SELECT window_start, k, COUNT(*) AS c, COUNT(DISTINCT n) AS d, LAST_VALUE(n) AS l, MEDIAN(n) AS m
FROM TABLE(TUMBLE(TABLE events, DESCRIPTOR(ts), INTERVAL '10' SECOND))
GROUP BY window_start, k;
/* options
lateness 5000
*/
/* input
{"ts":1000,"k":"a","n":1}
{"ts":9000,"k":"b","n":7}
{"ts":12000,"k":"a","n":2}
{"ts":3000,"k":"a","n":4}
{"ts":2000,"k":"c","n":5}
{"ts":14998,"k":"a","n":2}
{"ts":4000,"k":"a","n":4}
{"ts":15000,"k":"a","n":3}
{"ts":5000,"k":"a","n":9}
*/
/* expect
{"window_start":0,"k":"a","c":1,"d":1,"l":1,"m":1.0}
{"window_start":0,"k":"b","c":1,"d":1,"l":7,"m":7.0}
{"window_start":0,"k":"a","c":2,"d":2,"l":4,"m":2.5}
{"window_start":0,"k":"c","c":1,"d":1,"l":5,"m":5.0}
{"window_start":0,"k":"a","c":3,"d":2,"l":4,"m":4.0}
{"window_start":10000,"k":"a","c":3,"d":2,"l":3,"m":2.0}
*/
/* late
{"ts":5000,"k":"a","n":9}
*/
