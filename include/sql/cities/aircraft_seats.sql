-- One row per aircraft model with its seats: passenger aircraft in Europe.
-- Typical layouts, rounded to ten: airlines differ by a fifth and more; low-cost airlines have a single class. Models
-- are in lower case; "Airbus A320 NEO (sharklets)" counts as the longest model that it begins with.
select cast('airbus a220-100' as varchar(512)) as model, 120 as seats
union all select 'airbus a220-300', 140
union all select 'airbus a318', 130
union all select 'airbus a319', 140
union all select 'airbus a320', 170
union all select 'airbus a320 neo', 180
union all select 'airbus a321', 200
union all select 'airbus a321 neo', 220
union all select 'airbus a330-200', 250
union all select 'airbus a330-300', 280
union all select 'airbus a330-900', 290
union all select 'airbus a340-300', 270
union all select 'airbus a340-600', 290
union all select 'airbus a350-1000', 340
union all select 'airbus a350-900', 300
union all select 'airbus a380', 500
union all select 'atr 42', 50
union all select 'atr 72', 70
union all select 'boeing 717', 110
union all select 'boeing 737 max 8', 180
union all select 'boeing 737 max 9', 190
union all select 'boeing 737-300', 140
union all select 'boeing 737-400', 150
union all select 'boeing 737-500', 120
union all select 'boeing 737-600', 120
union all select 'boeing 737-700', 140
union all select 'boeing 737-8 max', 180
union all select 'boeing 737-800', 180
union all select 'boeing 737-9 max', 190
union all select 'boeing 737-900', 190
union all select 'boeing 747-400', 370
union all select 'boeing 747-8', 360
union all select 'boeing 757-200', 180
union all select 'boeing 757-300', 240
union all select 'boeing 767-300', 220
union all select 'boeing 767-400', 240
union all select 'boeing 777-200', 290
union all select 'boeing 777-300', 350
union all select 'boeing 787-10', 320
union all select 'boeing 787-8', 240
union all select 'boeing 787-9', 280
union all select 'bombardier crj1000', 100
union all select 'bombardier crj200', 50
union all select 'bombardier crj700', 70
union all select 'bombardier crj900', 90
union all select 'bombardier dash 8 q400', 80
union all select 'de havilland canada dash 8-400', 80
union all select 'embraer 170', 80
union all select 'embraer 175', 80
union all select 'embraer 190', 100
union all select 'embraer 190-e2', 110
union all select 'embraer 195', 120
union all select 'embraer 195-e2', 130
union all select 'embraer e170', 80
union all select 'embraer e175', 80
union all select 'embraer e190', 100
union all select 'embraer e190-e2', 110
union all select 'embraer e195', 120
union all select 'embraer e195-e2', 130
union all select 'embraer erj 145', 50
union all select 'fokker 100', 100
union all select 'fokker 70', 80
union all select 'saab 2000', 50
union all select 'saab 340', 30
union all select 'sukhoi superjet 100', 100
