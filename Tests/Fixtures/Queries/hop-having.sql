-- Two windows an event; HAVING by alias and by aggregate; two keys; LIMIT.
SELECT window_start AS ws, window_end AS we, k, n % 2 AS odd, COUNT(*) AS c, MAX(s) AS s
FROM TABLE(HOP(TABLE events, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND))
GROUP BY window_start, window_end, k, odd
HAVING c > 1 AND MIN(n) < 100
LIMIT 3;
/* input
{"ts":1000,"k":"a","n":1,"s":"x"}
{"ts":2000,"k":"a","n":3,"s":"longer text"}
{"ts":3000,"k":"a","n":2,"s":"y"}
{"ts":6000,"k":"a","n":5,"s":"z"}
{"ts":7000,"k":"b","n":7,"s":"z"}
{"ts":8000,"k":"b","n":9,"s":null}
{"ts":30000,"k":"c","n":1,"s":"q"}
{"ts":30001,"k":"c","n":1,"s":"q"}
*/
/* expect
{"ws":-5000,"we":5000,"k":"a","odd":1,"c":2,"s":"x"}
{"ws":0,"we":10000,"k":"a","odd":1,"c":3,"s":"z"}
{"ws":0,"we":10000,"k":"b","odd":1,"c":2,"s":"z"}
*/
