-- The job of the design page: declared event time, WHERE before the window, expressions over
-- aggregates. 3000 comes when the window has closed; the filtered row at 21000 moves the watermark.
CREATE STREAM flights WITH (topic = 'events', format = 'json', event_time = 'ts', watermark_delay = '1s');
INSERT INTO late_by_hour
SELECT window_start, origin, COUNT(*) AS late, AVG(dep_delay) AS mean_delay, SUM(dep_delay) * 2 AS twice
FROM TABLE(TUMBLE(TABLE flights, DESCRIPTOR(ts), INTERVAL '10' SECOND))
WHERE dep_delay > 15 OR dep_delay IS NULL
GROUP BY window_start, origin;
/* input
{"ts":1000,"origin":"JFK","dep_delay":20}
{"ts":2000,"origin":"EWR","dep_delay":30}
{"ts":9999,"origin":"JFK","dep_delay":31}
{"ts":10500,"origin":"JFK","dep_delay":16}
{"ts":9000,"origin":"JFK","dep_delay":40}
{"ts":11000,"origin":"LGA","dep_delay":1}
{"ts":3000,"origin":"JFK","dep_delay":50}
{"ts":12000,"origin":null,"dep_delay":17}
{"ts":null,"origin":"JFK","dep_delay":17}
{"ts":21000,"origin":"JFK","dep_delay":1}
{"ts":19000,"origin":"JFK","dep_delay":99}
{"ts":22000,"origin":"LGA","dep_delay":null}
*/
/* expect
{"window_start":0,"origin":"EWR","late":1,"mean_delay":30.0,"twice":60}
{"window_start":0,"origin":"JFK","late":3,"mean_delay":30.333333333333332,"twice":182}
{"window_start":10000,"origin":null,"late":1,"mean_delay":17.0,"twice":34}
{"window_start":10000,"origin":"JFK","late":1,"mean_delay":16.0,"twice":32}
{"window_start":20000,"origin":"LGA","late":1,"mean_delay":null,"twice":null}
*/
/* late
{"ts":3000,"origin":"JFK","dep_delay":50}
{"ts":19000,"origin":"JFK","dep_delay":99}
*/
