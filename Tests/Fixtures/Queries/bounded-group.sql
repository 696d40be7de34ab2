-- Without a window over an input that ends: one result at the end. Columns are declared and cast.
CREATE STREAM e (k STRING, n INT, x DOUBLE) WITH (topic = 'events');
SELECT e.k, COUNT(*) AS c, SUM(n) AS n, MIN(x) AS x, STDDEV_SAMP(n) AS s
FROM e WHERE e.n <> 0 GROUP BY k HAVING COUNT(*) > 1;
/* input
{"k":"b","n":"5","x":1}
{"k":"a","n":1,"x":0.5}
{"k":"b","n":7,"x":-2}
{"k":"a","n":1,"x":null}
{"k":"c","n":1}
{"k":"a","n":0,"x":-9}
*/
/* expect
{"k":"a","c":2,"n":2,"x":0.5,"s":0.0}
{"k":"b","c":2,"n":12,"x":-2.0,"s":1.4142135623730951}
*/
